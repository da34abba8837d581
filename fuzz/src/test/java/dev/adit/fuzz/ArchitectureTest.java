package dev.adit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.architecture.Architecture;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

class ArchitectureTest {

    @Test
    void noTestSleeps() {
        Path tests = Path.of("target/test-classes");
        assertThat(tests).isDirectory();
        assertThat(Architecture.inTests(Architecture.classes(tests))).isEmpty();
    }
}
