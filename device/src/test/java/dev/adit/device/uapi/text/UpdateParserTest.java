package dev.adit.device.uapi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;

class UpdateParserTest {
    private static final String KEY =
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String OTHER =
            "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";
    private static final String ZERO = "0".repeat(64);
    private static final String PEER = "public_key=" + KEY + "\n";

    @Test
    void readsEveryKey() throws ConfigException {
        DeviceUpdate update =
                parse(
                        "private_key=" + KEY + "\n",
                        "listen_port=51820\n",
                        "fwmark=51820\n",
                        "replace_peers=true\n",
                        "public_key=" + KEY + "\n",
                        "preshared_key=" + OTHER + "\n",
                        "protocol_version=1\n",
                        "endpoint=192.0.2.1:51820\n",
                        "persistent_keepalive_interval=25\n",
                        "replace_allowed_ips=true\n",
                        "allowed_ip=10.0.0.5/24\n",
                        "allowed_ip=-fd00::/8\n",
                        "public_key=" + OTHER + "\n",
                        "update_only=true\n",
                        "remove=true\n");

        assertThat(update.privateKey()).isEqualTo(privateKey(KEY));
        assertThat(update.listenPort()).hasValue(51820);
        assertThat(update.fwmark()).hasValue(51820);
        assertThat(update.replacePeers()).isTrue();
        assertThat(update.peers()).hasSize(2);
        PeerUpdate first = update.peers().getFirst();
        assertThat(first.publicKey().toHex()).isEqualTo(KEY);
        assertThat(first.presharedKey())
                .isEqualTo(PresharedKey.fromHex(ascii(OTHER), 0, 64).orElseThrow());
        assertThat(first.endpoint()).hasToString("192.0.2.1:51820");
        assertThat(first.persistentKeepalive()).hasValue(25);
        assertThat(first.replaceAllowedIps()).isTrue();
        assertThat(first.allowedIps())
                .containsExactly(allowed("10.0.0.0/24", false), allowed("fd00::/8", true));
        assertThat(first.remove() || first.updateOnly()).isFalse();
        PeerUpdate second = update.peers().getLast();
        assertThat(second.publicKey().toHex()).isEqualTo(OTHER);
        assertThat(second.remove() && second.updateOnly()).isTrue();
    }

    @Test
    void leavesAloneWhatNoLineNames() throws ConfigException {
        DeviceUpdate nothing = DeviceUpdate.builder().build();
        assertThat(parse()).isEqualTo(nothing);
        PeerUpdate peer = parse(PEER).peers().getFirst();
        assertThat(peer.presharedKey()).isNull();
        assertThat(peer.endpoint()).isNull();
        assertThat(peer.persistentKeepalive()).isEmpty();
        assertThat(peer.replaceAllowedIps()).isFalse();
        assertThat(peer.allowedIps()).isEmpty();
    }

    @Test
    void takesHexadecimalOfEitherCase() throws ConfigException {
        DeviceUpdate update = parse("private_key=" + KEY.toUpperCase() + "\n");
        assertThat(update.privateKey()).isEqualTo(privateKey(KEY));
    }

    @Test
    void takesTheZeroKeyWhichRemoves() throws ConfigException {
        DeviceUpdate update = parse("private_key=" + ZERO + "\n", PEER, "preshared_key=" + ZERO);
        assertThat(update.privateKey().isZero()).isTrue();
        assertThat(update.peers().getFirst().presharedKey().isZero()).isTrue();
    }

    @Test
    void takesTheLastOfSeveralValues() throws ConfigException {
        DeviceUpdate update =
                parse(
                        "private_key=" + OTHER + "\n",
                        "private_key=" + KEY + "\n",
                        "listen_port=1\n",
                        "listen_port=2\n");
        assertThat(update.privateKey()).isEqualTo(privateKey(KEY));
        assertThat(update.listenPort()).hasValue(2);
    }

    @Test
    void keepsTwoUpdatesOfOnePeerApart() throws ConfigException {
        DeviceUpdate update = parse(PEER, "remove=true\n", PEER, "allowed_ip=::/0\n");
        assertThat(update.peers()).extracting(PeerUpdate::remove).containsExactly(true, false);
    }

    @Test
    void forgetsAllowedIpsThatALaterLineReplaces() throws ConfigException {
        DeviceUpdate update =
                parse(
                        PEER,
                        "allowed_ip=10.0.0.0/8\n",
                        "replace_allowed_ips=true\n",
                        "allowed_ip=::/0\n");
        assertThat(update.peers().getFirst().allowedIps()).containsExactly(allowed("::/0", false));
    }

    @ParameterizedTest
    @CsvSource({
        "listen_port=0, 0",
        "listen_port=65535, 65535",
        "listen_port=00051820, 51820",
    })
    void takesPorts(String line, int port) throws ConfigException {
        assertThat(parse(line).listenPort()).hasValue(port);
    }

    @ParameterizedTest
    @CsvSource({"fwmark=0, 0", "fwmark=2147483648, 80000000", "fwmark=4294967295, ffffffff"})
    void takesFwmarksOf32Bits(String line, String hexadecimal) throws ConfigException {
        assertThat(parse(line).fwmark()).hasValue(Integer.parseUnsignedInt(hexadecimal, 16));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1:0",
                "192.0.2.1:65535",
                "[2001:db8::1]:51820",
                "[fe80::1%7]:51820",
                "[::ffff:192.0.2.1]:1"
            })
    void takesNumericEndpoints(String endpoint) throws ConfigException {
        assertThat(endpointOf(endpoint)).hasToString(endpoint);
    }

    @Test
    void takesAScopeByTheNameOfAnInterface() throws ConfigException, SocketException {
        NetworkInterface some = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        assertThat(endpointOf("[fe80::1%" + some.getName() + "]:1").scope())
                .isEqualTo(some.getIndex());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen_port | NOT_KEY_VALUE | 71",
                "'' | NOT_KEY_VALUE | 71",
                "color=red | UNKNOWN_KEY | 22",
                "Listen_Port=1 | UNKNOWN_KEY | 22",
                "=1 | UNKNOWN_KEY | 22",
                "public_keyx=1 | UNKNOWN_KEY | 22",
                "endpoint=192.0.2.1:1 | UNKNOWN_KEY | 22",
                "private_key= | MALFORMED_KEY | 22",
                "private_key=0011 | MALFORMED_KEY | 22",
                "public_key=0011 | MALFORMED_KEY | 22",
                "listen_port= | INVALID_PORT | 22",
                "listen_port=65536 | INVALID_PORT | 22",
                "listen_port=-1 | INVALID_PORT | 22",
                "listen_port=+1 | INVALID_PORT | 22",
                "listen_port=0x10 | INVALID_PORT | 22",
                "listen_port=1 2 | INVALID_PORT | 22",
                "listen_port=18446744073709551617 | INVALID_PORT | 22",
                "fwmark=4294967296 | INVALID_FWMARK | 22",
                "fwmark=0xca6c | INVALID_FWMARK | 22",
                "fwmark=off | INVALID_FWMARK | 22",
                "replace_peers=false | INVALID_FLAG | 22",
                "replace_peers=TRUE | INVALID_FLAG | 22",
                "replace_peers= | INVALID_FLAG | 22",
            })
    void refusesDeviceLines(String line, Reason reason, int errno) {
        ConfigException refusal = refusal(line);
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.errno()).isEqualTo(errno);
        assertThat(refusal.place().line()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "remove | NOT_KEY_VALUE | 71",
                "private_key=" + KEY + " | UNKNOWN_KEY | 22",
                "listen_port=1 | UNKNOWN_KEY | 22",
                "fwmark=1 | UNKNOWN_KEY | 22",
                "replace_peers=true | UNKNOWN_KEY | 22",
                "rx_bytes=1 | UNKNOWN_KEY | 22",
                "public_key=" + KEY + "0 | MALFORMED_KEY | 22",
                "preshared_key=x | MALFORMED_KEY | 22",
                "remove=1 | INVALID_FLAG | 22",
                "update_only=false | INVALID_FLAG | 22",
                "replace_allowed_ips=yes | INVALID_FLAG | 22",
                "protocol_version=2 | UNKNOWN_PROTOCOL_VERSION | 22",
                "protocol_version=01 | UNKNOWN_PROTOCOL_VERSION | 22",
                "endpoint= | INVALID_ENDPOINT | 22",
                "endpoint=192.0.2.1 | INVALID_ENDPOINT | 22",
                "endpoint=192.0.2.1:65536 | INVALID_ENDPOINT | 22",
                "endpoint=localhost:1 | INVALID_ENDPOINT | 22",
                "endpoint=::1:1 | INVALID_ENDPOINT | 22",
                "endpoint=[::1]1 | INVALID_ENDPOINT | 22",
                "endpoint=[192.0.2.1]:1 | INVALID_ENDPOINT | 22",
                "endpoint=[fe80::1%no-such-if]:1 | INVALID_ENDPOINT | 22",
                "endpoint=[fe80::1%]:1 | INVALID_ENDPOINT | 22",
                "endpoint=%1]:1 | INVALID_ENDPOINT | 22",
                "persistent_keepalive_interval=65536 | INVALID_KEEPALIVE | 22",
                "persistent_keepalive_interval=off | INVALID_KEEPALIVE | 22",
                "allowed_ip=10.0.0.1 | INVALID_PREFIX | 22",
                "allowed_ip= | INVALID_PREFIX | 22",
                "allowed_ip=- | INVALID_PREFIX | 22",
                "allowed_ip=10.0.0.0/33 | INVALID_ADDRESS | 22",
                "allowed_ip=10.0.0/8 | INVALID_ADDRESS | 22",
                "allowed_ip=+10.0.0.0/8 | INVALID_ADDRESS | 22",
                "allowed_ip=--10.0.0.0/8 | INVALID_ADDRESS | 22",
                "allowed_ip=fe80::%1/64 | INVALID_ADDRESS | 22",
            })
    void refusesPeerLines(String line, Reason reason, int errno) {
        ConfigException refusal = refusal(PEER, line);
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.errno()).isEqualTo(errno);
        assertThat(refusal.place().line()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 65, 128})
    void refusesKeysOfAnotherLength(int digits) {
        assertThat(refusal("private_key=" + "a".repeat(digits)).reason())
                .isEqualTo(Reason.MALFORMED_KEY);
    }

    @Test
    void saysWhereAndWhat() {
        ConfigException refusal = refusal(PEER, "endpoint=here:1");
        assertThat(refusal)
                .hasMessage("line 2: endpoint: not a numeric address and port: `here:1'");
        assertThat(refusal.text()).isEqualTo("here:1");
        assertThat(refusal.place().key()).isEqualTo("endpoint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "private_key=SECRET",
                "private_key=SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                "preshared_key=SECRET",
                "privat_key=1\nprivate_keySECRET",
                "private_keySECRET",
                "preshared_keySECRET",
                "SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                "SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET=",
            })
    void neverShowsSecrets(String line) {
        for (String before : List.of("", PEER)) {
            ConfigException refusal = refusal(before, line);
            assertThat(refusal.toString()).doesNotContain("SECRET");
            assertThat(String.valueOf(refusal.text())).doesNotContain("SECRET");
            assertThat(String.valueOf(refusal.place().key())).doesNotContain("SECRET");
        }
    }

    private static ConfigException refusal(String... lines) {
        return catchThrowableOfType(ConfigException.class, () -> parseLines(lines));
    }

    /// One call per line, so that an empty one counts too.
    private static void parseLines(String... texts) throws ConfigException {
        UpdateParser parser = new UpdateParser();
        for (String text : texts) {
            if (text.isEmpty() && texts.length > 1) continue;
            for (String line : text.split("\n")) {
                byte[] bytes = ascii(line);
                parser.line(bytes, 0, bytes.length);
            }
        }
    }

    private static DeviceUpdate parse(String... lines) throws ConfigException {
        return UapiText.parseUpdate(ascii(String.join("", lines)));
    }

    private static Endpoint endpointOf(String text) throws ConfigException {
        return parse(PEER, "endpoint=" + text).peers().getFirst().endpoint();
    }

    private static PrivateKey privateKey(String hexadecimal) {
        return PrivateKey.fromHex(ascii(hexadecimal), 0, 64).orElseThrow();
    }

    private static AllowedIp allowed(String prefix, boolean remove) {
        return new AllowedIp(IpPrefix.parse(prefix).orElseThrow(), remove);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
