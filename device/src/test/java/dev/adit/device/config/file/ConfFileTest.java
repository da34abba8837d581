package dev.adit.device.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.file.ConfFile.Mode;
import dev.adit.device.resolve.FakeResolver;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class ConfFileTest {
    private static final String KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    private static final String OTHER = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

    private final List<String> warnings = new ArrayList<>();

    @Test
    void readsEveryKey() throws ConfigException {
        DeviceUpdate update =
                parse(
                        """
                        [Interface]
                        PrivateKey = %s
                        ListenPort = 51820
                        FwMark = 0xca6c

                        [Peer]
                        PublicKey = %s
                        PresharedKey = %s
                        AllowedIPs = 10.0.0.0/24, fd00::/64, 192.0.2.7
                        AllowedIPs = 198.51.100.0/24
                        Endpoint = [2001:db8::1]:51821
                        PersistentKeepalive = 25
                        """
                                .formatted(KEY, OTHER, KEY));
        assertThat(update.privateKey()).isEqualTo(privateKey(KEY));
        assertThat(update.listenPort()).hasValue(51820);
        assertThat(update.fwmark()).hasValue(0xca6c);
        assertThat(update.replacePeers()).isTrue();
        PeerUpdate peer = update.peers().getFirst();
        assertThat(peer.publicKey().toBase64()).isEqualTo(OTHER);
        assertThat(peer.presharedKey())
                .isEqualTo(PresharedKey.fromBase64(ascii(KEY), 0, 44).orElseThrow());
        assertThat(peer.endpoint()).hasToString("[2001:db8::1]:51821");
        assertThat(peer.persistentKeepalive()).hasValue(25);
        assertThat(peer.replaceAllowedIps()).isTrue();
        assertThat(allowedIps(peer))
                .containsExactly("10.0.0.0/24", "fd00::/64", "192.0.2.7/32", "198.51.100.0/24");
    }

    @Test
    void ignoresWhiteSpaceEverywhereAndTextBehindHash() throws ConfigException {
        DeviceUpdate update =
                parse(
                        "# all of it\r\n"
                                + "[ I n t e r f a c e ]\r\n"
                                + "\t Listen Port\f=\u000b5 1 8 2 0 # 1\r\n"
                                + "[Peer]#\n"
                                + "Pub lic Key = "
                                + KEY.replaceAll("(.)", "$1 ")
                                + "\nAllowedIPs = 10.0.0.0/8 # , bogus\n");
        assertThat(update.listenPort()).hasValue(51820);
        PeerUpdate peer = update.peers().getFirst();
        assertThat(peer.publicKey().toBase64()).isEqualTo(KEY);
        assertThat(allowedIps(peer)).containsExactly("10.0.0.0/8");
    }

    @Test
    void endsALineAtAZeroByte() throws ConfigException {
        assertThat(parse("[Interface]\nListenPort = 5\0 bogus\n").listenPort()).hasValue(5);
    }

    @Test
    void comparesSectionsAndKeysWithoutCase() throws ConfigException {
        DeviceUpdate update =
                parse("[INTERFACE]\nlistenport=7\nFWMARK=OFF\n[peer]\npublickey=" + KEY + "\n");
        assertThat(update.listenPort()).hasValue(7);
        assertThat(update.peers()).hasSize(1);
    }

    @Test
    void mergesInterfaceSectionsAndTakesTheLastOfSeveralValues() throws ConfigException {
        DeviceUpdate update =
                parse(
                        """
                        [Interface]
                        ListenPort = 1
                        FwMark = 2
                        [Peer]
                        PublicKey = %s
                        PublicKey = %s
                        [Interface]
                        ListenPort = 3
                        """
                                .formatted(KEY, OTHER));
        assertThat(update.listenPort()).hasValue(3);
        assertThat(update.fwmark()).hasValue(2);
        assertThat(update.peers())
                .singleElement()
                .satisfies(peer -> assertThat(peer.publicKey().toBase64()).isEqualTo(OTHER));
    }

    @Test
    void readsAFileWithoutEndOfLineAndAnEmptyOne() throws ConfigException {
        assertThat(parse("[Interface]\nListenPort=9").listenPort()).hasValue(9);
        assertThat(parse("").peers()).isEmpty();
    }

    @Test
    void unsetsWhatTheFileLeavesOutWhenItIsTheWholeConfiguration() throws ConfigException {
        DeviceUpdate update = parse("");
        assertThat(update.privateKey().isZero()).isTrue();
        assertThat(update.listenPort()).hasValue(0);
        assertThat(update.fwmark()).hasValue(0);
        assertThat(update.replacePeers()).isTrue();
    }

    @Test
    void leavesAloneWhatTheFileLeavesOutWhenItAdds() throws ConfigException {
        DeviceUpdate update = parse("[Peer]\nPublicKey=" + KEY, Mode.ADD);
        assertThat(update.privateKey()).isNull();
        assertThat(update.listenPort()).isEmpty();
        assertThat(update.fwmark()).isEmpty();
        assertThat(update.replacePeers()).isFalse();
        PeerUpdate peer = update.peers().getFirst();
        assertThat(peer.presharedKey()).isNull();
        assertThat(peer.persistentKeepalive()).isEmpty();
        assertThat(peer.endpoint()).isNull();
        assertThat(peer.replaceAllowedIps()).isTrue();
    }

    @Test
    void takesSignsForChangesOfTheList() throws ConfigException {
        PeerUpdate peer =
                parse("[Peer]\nPublicKey=" + KEY + "\nAllowedIPs=+10.0.0.0/8,-::/0,1.2.3.4")
                        .peers()
                        .getFirst();
        assertThat(peer.replaceAllowedIps()).isFalse();
        assertThat(allowedIps(peer)).containsExactly("10.0.0.0/8", "-::/0", "1.2.3.4/32");
    }

    @Test
    void warnsOfHostBitsAndMasksThem() throws ConfigException {
        PeerUpdate peer =
                parse("[Peer]\nPublicKey=" + KEY + "\nAllowedIPs=10.0.0.5/24, fd00::1/8, ::/0")
                        .peers()
                        .getFirst();
        assertThat(warnings)
                .containsExactly(
                        "Warning: AllowedIP has nonzero host part: 10.0.0.5/24",
                        "Warning: AllowedIP has nonzero host part: fd00::1/8");
        assertThat(allowedIps(peer)).containsExactly("10.0.0.0/24", "fd00::/8", "::/0");
    }

    static Stream<BrokenFile> brokenFiles() {
        return BrokenFile.all();
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void refusesBrokenFilesInTheWordsOfWg(BrokenFile broken) {
        ConfFile parser = new ConfFile(NO_NAMES, warnings::add);
        ConfigException refusal =
                catchThrowableOfType(
                        ConfigException.class, () -> parser.parse(broken.file(), Mode.SET));
        assertThat(refusal.detail()).isEqualTo(broken.message());
        assertThat(refusal.reason()).isEqualTo(broken.reason());
        assertThat(refusal.place().line()).isEqualTo(broken.line());
        assertThat(refusal.place().file()).isEqualTo(broken.file().toString());
        assertThat(
                        refusal.text() == null
                                || broken.message().contains(refusal.text())
                                || broken.reason() == Reason.NO_PUBLIC_KEY)
                .isTrue();
    }

    @Test
    void hasABrokenFileForEveryReasonThatAFileCanGive() {
        Set<Reason> seen =
                BrokenFile.all()
                        .map(BrokenFile::reason)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Reason.class)));
        EnumSet<Reason> onlyElsewhere =
                EnumSet.of(
                        Reason.NOT_KEY_VALUE,
                        Reason.LINE_TOO_LONG,
                        Reason.INVALID_ENDPOINT,
                        Reason.INVALID_FLAG,
                        Reason.INVALID_MTU,
                        Reason.INVALID_TABLE,
                        Reason.MISSING_KEY,
                        Reason.INVALID_DESCRIPTION,
                        Reason.UNKNOWN_PROTOCOL_VERSION,
                        Reason.INVALID_NUMBER,
                        Reason.EMPTY_PORT,
                        Reason.EMPTY_ENDPOINT);
        assertThat(seen).isEqualTo(EnumSet.complementOf(onlyElsewhere));
    }

    @Test
    void saysWhereAndWhat() {
        ConfigException refusal =
                catchThrowableOfType(
                        ConfigException.class, () -> parse("[Peer]\n\nPersistentKeepalive = x\n"));
        assertThat(refusal)
                .hasMessage(
                        "wg0.conf:3: [Peer] PersistentKeepalive: Persistent keepalive interval is"
                                + " neither 0/off nor 1-65535: `x'");
        assertThat(refusal.place().section()).isEqualTo("Peer");
        assertThat(refusal.place().key()).isEqualTo("PersistentKeepalive");
        assertThat(refusal.text()).isEqualTo("x");
    }

    @Test
    void saysWhichFileCannotBeRead(@TempDir Path folder) {
        ConfFile parser = new ConfFile(NO_NAMES, warnings::add);
        Path missing = folder.resolve("missing.conf");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> parser.parse(missing, Mode.SET))
                .withMessage(missing.toString());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> parser.parse(folder, Mode.SET));
    }

    @Test
    void readsAFileOfAnyLength(@TempDir Path folder) throws IOException, ConfigException {
        Path file = folder.resolve("long.conf");
        String peer = "[Peer]\nPublicKey=" + KEY + "\nAllowedIPs=10.0.0.0/8\n";
        Files.writeString(file, peer.repeat(5000));
        ConfFile parser = new ConfFile(NO_NAMES, warnings::add);
        assertThat(parser.parse(file, Mode.ADD).peers()).hasSize(5000);
    }

    @Test
    void printsAsWgShowconfDoes() {
        PeerConfiguration full =
                new PeerConfiguration(
                        PublicKey.fromBase64(KEY).orElseThrow(),
                        PresharedKey.fromBase64(ascii(OTHER), 0, 44).orElseThrow(),
                        Endpoint.parse("[2001:db8::1]:51820").orElseThrow(),
                        Instant.ofEpochSecond(1),
                        1,
                        2,
                        25,
                        List.of(
                                IpPrefix.parse("10.0.0.0/8").orElseThrow(),
                                IpPrefix.parse("::/0").orElseThrow()));
        PeerConfiguration bare =
                new PeerConfiguration(
                        PublicKey.fromBase64(OTHER).orElseThrow(),
                        PresharedKey.none(),
                        null,
                        Instant.EPOCH,
                        0,
                        0,
                        0,
                        List.of());
        assertThat(print(new DeviceConfiguration(privateKey(KEY), 51820, -1, List.of(full, bare))))
                .isEqualTo(
                        """
                        [Interface]
                        ListenPort = 51820
                        FwMark = 0xffffffff
                        PrivateKey = %s

                        [Peer]
                        PublicKey = %s
                        PresharedKey = %s
                        AllowedIPs = 10.0.0.0/8, ::/0
                        Endpoint = [2001:db8::1]:51820
                        PersistentKeepalive = 25

                        [Peer]
                        PublicKey = %s
                        """
                                .formatted(KEY, KEY, OTHER, OTHER));
        assertThat(print(new DeviceConfiguration(null, 0, 0, List.of())))
                .isEqualTo("[Interface]\n\n");
    }

    private static final Resolver NO_NAMES = new FakeResolver();

    private DeviceUpdate parse(String text) throws ConfigException {
        return parse(text, Mode.SET);
    }

    private DeviceUpdate parse(String text, Mode mode) throws ConfigException {
        return new ConfFile(NO_NAMES, warnings::add).parse(ascii(text), "wg0.conf", mode);
    }

    private static List<String> allowedIps(PeerUpdate peer) {
        return peer.allowedIps().stream()
                .map(change -> (change.remove() ? "-" : "") + change.prefix())
                .toList();
    }

    private static String print(DeviceConfiguration status) {
        return new String(ConfFile.print(status), StandardCharsets.US_ASCII);
    }

    private static PrivateKey privateKey(String base64) {
        return PrivateKey.fromBase64(ascii(base64), 0, 44).orElseThrow();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
