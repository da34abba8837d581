package dev.adit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The rules of the module `ip`. In this package, because tests of one module open only their own.
class ArchitectureTest extends ModuleRules {

    @Test
    void theModuleEndsNoProgramAndCallsNoNativeCode() {
        assertThat(Architecture.inDevice(main())).isEmpty();
    }
}
