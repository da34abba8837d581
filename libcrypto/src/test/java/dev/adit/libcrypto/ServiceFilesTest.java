package dev.adit.libcrypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.architecture.ServiceFiles;

import org.junit.jupiter.api.Test;

class ServiceFilesTest {
    @Test
    void nameTheProvidersOfTheModule() {
        Module module = LibCrypto.class.getModule();
        assertThat(ServiceFiles.declared(module)).isNotEmpty();
        assertThat(ServiceFiles.listed(module)).isEqualTo(ServiceFiles.declared(module));
    }
}
