package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.port.Offload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.EnumSet;
import java.util.Set;

class OffloadsTest {

    @Test
    void allowsWhatAnAdministratorNames() {
        Set<Offload> all = EnumSet.allOf(Offload.class);
        assertThat(Offloads.parse("all")).isEqualTo(all);
        assertThat(Offloads.parse("")).isEqualTo(all);
        assertThat(Offloads.parse("none")).isEmpty();
        assertThat(Offloads.parse("udp-gso, udp-gro"))
                .containsExactly(Offload.UDP_GSO, Offload.UDP_GRO);
        assertThat(Offloads.parse("-tun-tso,-tun-uso"))
                .isEqualTo(EnumSet.complementOf(EnumSet.of(Offload.TUN_TSO, Offload.TUN_USO)));
        assertThat(Offloads.parse("all,-udp-gro")).hasSize(all.size() - 1);
    }

    @Test
    void namesTheWordItDoesNotKnow() {
        assertThatThrownBy(() -> Offloads.parse("udp-gso,tso"))
                .hasMessageContaining("`tso'")
                .hasMessageContaining("tun-tso");
    }

    @ParameterizedTest
    @CsvSource({
        "6.18.44-fc-v657, ''",
        "7.0.0, udp-gso",
        "7.1.4-rc1, udp-gso",
        "7.1.5, ''",
        "7.2, ''",
        "6.6.44, tun-gro tun-udp-gro",
        "6.6.45, ''",
        "unknown, ''",
    })
    void knowsWhichKernelsGetThemWrong(String release, String broken) {
        assertThat(Offloads.broken(release).stream().map(Offload::text))
                .containsExactly(broken.isEmpty() ? new String[0] : broken.split(" "));
    }
}
