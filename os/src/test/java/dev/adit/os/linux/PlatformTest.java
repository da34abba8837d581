package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlatformTest {
    @Test
    void knowsWhereItsConstantsHold() {
        assertThat(Platform.supports("Linux amd64")).isTrue();
        assertThat(Platform.supports("Linux aarch64")).isTrue();
        assertThat(Platform.supports("Linux arm")).isFalse();
        assertThat(Platform.supports("Mac OS X aarch64")).isFalse();
        assertThat(Platform.supports("Windows 11 amd64")).isFalse();
    }
}
