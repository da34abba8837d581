package dev.adit.os;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.architecture.Architecture;
import dev.adit.architecture.ModuleRules;

import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void onlyTwoPackagesCallNativeCodeAndNonePrints() {
        assertThat(Architecture.inOs(main())).isEmpty();
    }
}
