package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.architecture.Architecture;
import dev.adit.architecture.ModuleRules;

import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void theProgramsCallNoNativeCode() {
        assertThat(Architecture.inTools(main())).isEmpty();
    }

    /// Nothing may depend on the programs.
    @Override
    protected boolean exports() {
        return false;
    }
}
