package dev.adit.os;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.architecture.ServiceFiles;
import dev.adit.os.ffi.Libc;

import org.junit.jupiter.api.Test;

class ServiceFilesTest {
    @Test
    void nameTheProvidersOfTheModule() {
        Module module = Libc.class.getModule();
        assertThat(ServiceFiles.declared(module)).isNotEmpty();
        assertThat(ServiceFiles.listed(module)).isEqualTo(ServiceFiles.declared(module));
    }
}
