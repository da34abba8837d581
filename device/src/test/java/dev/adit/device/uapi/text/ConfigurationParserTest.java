package dev.adit.device.uapi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

class ConfigurationParserTest {
    private static final String KEY =
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String PEER = "public_key=" + KEY + "\n";

    @Test
    void printsInTheOrderOfWireguardGo() {
        DeviceConfiguration status =
                new DeviceConfiguration(
                        PrivateKey.fromHex(ascii(KEY), 0, 64).orElseThrow(),
                        51820,
                        0xca6c,
                        List.of(
                                new PeerConfiguration(
                                        PublicKey.fromHex(ascii(KEY), 0, 64).orElseThrow(),
                                        PresharedKey.none(),
                                        Endpoint.parse("[fe80::1%3]:7").orElseThrow(),
                                        Instant.ofEpochSecond(1_700_000_000, 5),
                                        10,
                                        20,
                                        25,
                                        List.of(
                                                IpPrefix.parse("10.0.0.0/8").orElseThrow(),
                                                IpPrefix.parse("::/0").orElseThrow()))));
        assertThat(new String(UapiText.print(status), StandardCharsets.US_ASCII))
                .isEqualTo(
                        """
                        private_key=%s
                        listen_port=51820
                        fwmark=51820
                        public_key=%s
                        preshared_key=%s
                        protocol_version=1
                        endpoint=[fe80::1%%3]:7
                        last_handshake_time_sec=1700000000
                        last_handshake_time_nsec=5
                        tx_bytes=20
                        rx_bytes=10
                        persistent_keepalive_interval=25
                        allowed_ip=10.0.0.0/8
                        allowed_ip=::/0
                        """
                                .formatted(
                                        KEY.substring(0, 62) + "7f", // clamped
                                        KEY,
                                        "0".repeat(64)));
    }

    @Test
    void printsNothingForADeviceThatHasNothing() {
        assertThat(UapiText.print(new DeviceConfiguration(null, 0, 0, List.of()))).isEmpty();
    }

    @Test
    void skipsKeysThatItDoesNotKnow() throws ConfigException {
        DeviceConfiguration status =
                parse("own_public_key=" + KEY + "\nfuture=1\n" + PEER + "future=2\n");
        assertThat(status.privateKey()).isNull();
        assertThat(status.peers()).hasSize(1);
    }

    @Test
    void takesWhatIsLeftOutForUnset() throws ConfigException {
        PeerConfiguration peer = parse(PEER).peers().getFirst();
        assertThat(peer.presharedKey().isZero()).isTrue();
        assertThat(peer.endpoint()).isNull();
        assertThat(peer.lastHandshake()).isEqualTo(Instant.EPOCH);
        assertThat(peer.persistentKeepalive()).isZero();
    }

    @Test
    void takesTheZeroPrivateKeyForNone() throws ConfigException {
        assertThat(parse("private_key=" + "0".repeat(64)).privateKey()).isNull();
    }

    @Test
    void keepsAnEndpointWhoseInterfaceIsUnknownHere() throws ConfigException {
        assertThat(parse(PEER + "endpoint=[fe80::1%elsewhere]:9").peers().getFirst().endpoint())
                .hasToString("[fe80::1]:9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | NOT_KEY_VALUE",
                "listen_port=x | INVALID_PORT",
                "fwmark=-1 | INVALID_FWMARK",
                "private_key=00 | MALFORMED_KEY",
            })
    void refusesDeviceLines(String line, Reason reason) {
        assertThat(refusal(line).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public_key=zz | MALFORMED_KEY",
                "preshared_key=00 | MALFORMED_KEY",
                "endpoint=nowhere | INVALID_ENDPOINT",
                "endpoint=%]: | INVALID_ENDPOINT",
                "rx_bytes=-1 | INVALID_NUMBER",
                "tx_bytes=99999999999999999999 | INVALID_NUMBER",
                "last_handshake_time_sec=9223372036854775807 | INVALID_NUMBER",
                "last_handshake_time_nsec=1000000000 | INVALID_NUMBER",
                "persistent_keepalive_interval=65536 | INVALID_KEEPALIVE",
                "allowed_ip=1.2.3.4 | INVALID_PREFIX",
                "allowed_ip=1.2.3.4/x | INVALID_ADDRESS",
            })
    void refusesPeerLines(String line, Reason reason) {
        assertThat(refusal(PEER + line).reason()).isEqualTo(reason);
    }

    private static ConfigException refusal(String text) {
        return catchThrowableOfType(ConfigException.class, () -> parse(text));
    }

    private static DeviceConfiguration parse(String text) throws ConfigException {
        return UapiText.parseStatus(ascii(text));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
