package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.Map;

class InheritedDescriptorsTest {
    @Test
    void isNothingByDefault() throws IOException {
        assertThat(InheritedDescriptors.of(Map.of()))
                .isEqualTo(new InheritedDescriptors(-1, false));
        assertThat(InheritedDescriptors.of(Map.of("WG_TUN_FD", "", "WG_UAPI_FD", "")))
                .isEqualTo(new InheritedDescriptors(-1, false));
    }

    @Test
    void isWhatTheEnvironmentPromises() throws IOException {
        assertThat(InheritedDescriptors.of(Map.of("WG_TUN_FD", "3", "WG_UAPI_FD", "4")))
                .isEqualTo(new InheritedDescriptors(3, true));
        assertThat(InheritedDescriptors.of(Map.of("WG_TUN_FD", "12")))
                .isEqualTo(new InheritedDescriptors(12, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "3 ", "99999999999", "0x3", "4294967295"})
    void refusesWhatIsNoDescriptor(String text) {
        assertThatThrownBy(() -> InheritedDescriptors.of(Map.of("WG_TUN_FD", text)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("WG_TUN_FD");
    }
}
