package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.architecture.Architecture;
import dev.adit.architecture.ModuleRules;

import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void theStackHasNoThreadsClockChanceOrIo() {
        assertThat(Architecture.inStack(main())).isEmpty();
    }
}
