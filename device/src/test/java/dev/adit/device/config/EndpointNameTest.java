package dev.adit.device.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.file.ConfFile;
import dev.adit.device.resolve.FakeResolver;
import dev.adit.device.uapi.text.UapiText;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

class EndpointNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"vpn.example.org:51820", "a:0", "xn--zo-ija.example:65535", "a_b-c.:7"})
    void comesBackAsItWasWritten(String text) {
        assertThat(EndpointName.parse(text)).hasToString("Optional[" + text + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1",
                "a",
                "a:",
                "a:65536",
                "a:-1",
                "a:x",
                "a:b:1",
                "[a]:1",
                "a b:1",
                "a%1:1",
                "a#b:1",
                "a=b:1",
                "a\u0007:1",
                "Zoë:1"
            })
    void refusesWhatWouldNotComeBack(String text) {
        assertThat(EndpointName.parse(text)).isEmpty();
    }

    @Test
    void hasAtMost253Characters() {
        assertThat(EndpointName.isValid("a".repeat(253))).isTrue();
        assertThat(EndpointName.isValid("a".repeat(254))).isFalse();
        assertThatThrownBy(() -> new EndpointName("", 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EndpointName("a", 65_536))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isAtAnAddressOfEitherFamily() {
        EndpointName name = new EndpointName("vpn", 7);
        assertThat(name.at(InetAddress.ofLiteral("192.0.2.1"))).hasToString("192.0.2.1:7");
        assertThat(name.at(InetAddress.ofLiteral("2001:db8::1"))).hasToString("[2001:db8::1]:7");
    }

    @Test
    void anEndpointBehindItForgetsIt() throws ConfigException {
        String peer = "public_key=" + "ab".repeat(32) + "\n";
        String named = "endpoint=192.0.2.1:7\nendpoint_name=vpn:7\n";
        assertThat(parsed(peer + named).endpointName()).isEqualTo(new EndpointName("vpn", 7));
        assertThat(parsed(peer + named + "endpoint=192.0.2.1:7\n").endpointName()).isNull();
        assertThat(parsed(peer + "endpoint_name=vpn:7\n").endpoint()).isNull();
        assertThatThrownBy(() -> parsed(peer + "endpoint_name=\n"))
                .isInstanceOf(ConfigException.class);
    }

    private static PeerUpdate parsed(String text) throws ConfigException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return UapiText.parseUpdate(bytes).peers().getFirst();
    }

    @Test
    void aFileWithNotesKeepsIt() throws ConfigException {
        ConfFile format = new ConfFile(new FakeResolver().host("vpn", "192.0.2.1"), _ -> {});
        String text =
                "[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nEndpoint = %s\n";
        DeviceUpdate named = parse(format, text.formatted("vpn:7"));
        assertThat(named.peers().getFirst().endpointName()).isEqualTo(new EndpointName("vpn", 7));
        assertThat(named.hasNames()).isTrue();
        assertThat(named.withoutNames()).isEqualTo(parse(format, text.formatted("192.0.2.1:7")));
        for (String numeric : new String[] {"127.1:7", "[2001:db8::1]:7"}) {
            assertThat(parse(format, text.formatted(numeric)).hasNames()).isFalse();
        }
    }

    private static DeviceUpdate parse(ConfFile format, String text) throws ConfigException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return format.parse(bytes, "test", ConfFile.Mode.ADD);
    }
}
