package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.architecture.Architecture;
import dev.adit.architecture.ModuleRules;

import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void theNetworkOpensNoSocketOfTheHostNorEndsTheProgram() {
        assertThat(Architecture.inNet(main())).isEmpty();
    }
}
