package dev.adit.device.uapi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerDescription;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Descriptions and the debug switch, which only Adit's tools know.
class NotesTest {
    private static final String HEX = "0a".repeat(32);
    private static final PublicKey PEER = key(HEX);

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "laptop of Zoë", "a = b # c", "0123456789abcdef"})
    void aDescriptionComesBackAsItWas(String text) throws ConfigException {
        byte[] printed = UapiText.print(update(text, Optional.empty()));
        assertThat(new String(printed, StandardCharsets.UTF_8))
                .contains("description=" + text + "\n");
        assertThat(UapiText.parseUpdate(printed).peers().getFirst().description()).isEqualTo(text);
    }

    @Test
    void aDescriptionHasAtMost64Bytes() throws ConfigException {
        assertThat(parse("description=" + "x".repeat(64)).peers().getFirst().description())
                .hasSize(64);
        assertThat(PeerDescription.isValid("é".repeat(32))).isTrue();
        assertThat(PeerDescription.isValid("é".repeat(32) + "x")).isFalse();
        refuses("description=" + "x".repeat(65), Reason.INVALID_DESCRIPTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\u001b[31mb", "a\u0000", "a\u202eb", "a\u2028b", "a\u0085"})
    void aDescriptionHasNoControlCharacters(String text) {
        refuses("description=" + text, Reason.INVALID_DESCRIPTION);
        assertThatThrownBy(() -> update(text, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesADescriptionThatIsNotUtf8() throws ConfigException {
        byte[] line = "description=x".getBytes(StandardCharsets.UTF_8);
        line[line.length - 1] = (byte) 0xff;
        UpdateParser parser = new UpdateParser();
        byte[] key = ("public_key=" + HEX).getBytes(StandardCharsets.UTF_8);
        parser.line(key, 0, key.length);
        assertThatThrownBy(() -> parser.line(line, 0, line.length))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void leavesWhatIsNotNamed() throws ConfigException {
        DeviceUpdate update = parse("preshared_key=" + HEX);
        assertThat(update.debug()).isEmpty();
        assertThat(update.peers().getFirst().description()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDebugSwitchComesBackAsItWas(boolean on) throws ConfigException {
        byte[] printed = UapiText.print(update(null, Optional.of(on)));
        assertThat(UapiText.parseUpdate(printed).debug()).contains(on);
    }

    @Test
    void refusesADebugSwitchInBetween() {
        assertThatThrownBy(() -> UapiText.parseUpdate("debug=maybe\n".getBytes()))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FLAG));
    }

    @Test
    void notesComeBackAsTheyWere() throws ConfigException {
        Map<PublicKey, DeviceInfo.OfPeer> peers = new LinkedHashMap<>();
        peers.put(key("ff".repeat(32)), new DeviceInfo.OfPeer(7, "Zoë = 1"));
        peers.put(PEER, new DeviceInfo.OfPeer(3, ""));
        String failure = "bind: EADDRINUSE: Address already in use, " + "long ".repeat(20);
        DeviceInfo notes =
                new DeviceInfo(
                        DeviceInfo.Link.DOWN,
                        failure.strip(),
                        true,
                        false,
                        List.of("tun-tso", "udp-gro"),
                        peers);
        assertThat(read(notes)).isEqualTo(notes);
        assertThat(read(notes).peers().keySet()).containsExactlyElementsOf(peers.keySet());
        assertThat(read(notes).description(PEER)).isEmpty();
    }

    @Test
    void theStateOfTheLinkComesBackAsItWas() throws ConfigException {
        for (DeviceInfo.Link link : DeviceInfo.Link.values()) {
            DeviceInfo notes = new DeviceInfo(link, "", false, false, List.of(), Map.of());
            assertThat(read(notes)).isEqualTo(notes);
        }
    }

    private static DeviceInfo read(DeviceInfo notes) throws ConfigException {
        DeviceInfoParser parser = new DeviceInfoParser();
        for (String line :
                new String(UapiText.print(notes), StandardCharsets.UTF_8).lines().toList()) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            parser.line(bytes, 0, bytes.length);
        }
        return parser.notes();
    }

    @Test
    void anAnswerToGetHasNoneOfIt() {
        PeerConfiguration peer =
                new PeerConfiguration(
                        PEER, PresharedKey.none(), null, Instant.EPOCH, 0, 0, 0, List.of());
        byte[] text = UapiText.print(new DeviceConfiguration(null, 1, 0, List.of(peer)));
        assertThat(new String(text, StandardCharsets.UTF_8))
                .doesNotContain("description", "debug", "number");
    }

    private static void refuses(String line, Reason reason) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(reason);
                            assertThat(e.getMessage()).doesNotContain(line.substring(12));
                        });
    }

    private static DeviceUpdate parse(String line) throws ConfigException {
        String text = "public_key=" + HEX + "\n" + line + "\n";
        return UapiText.parseUpdate(text.getBytes(StandardCharsets.UTF_8));
    }

    private static DeviceUpdate update(String description, Optional<Boolean> debug) {
        DeviceUpdate.Builder update =
                DeviceUpdate.builder().peer(PeerUpdate.of(PEER).description(description));
        debug.ifPresent(update::debug);
        return update.build();
    }

    private static PublicKey key(String hex) {
        byte[] text = hex.getBytes(StandardCharsets.US_ASCII);
        return PublicKey.fromHex(text, 0, text.length).orElseThrow();
    }
}
