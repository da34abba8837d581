package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.RandomConfig;
import dev.adit.device.config.file.BrokenFile;
import dev.adit.device.config.file.ConfFile;
import dev.adit.device.config.file.ConfFile.Mode;
import dev.adit.device.resolve.Resolver;
import dev.adit.device.uapi.WgTool.Result;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// The installed wg(8) against our socket and our reading of its files.
@Timeout(180)
class WgToolTest {
    // The private key and the public key that belongs to it.
    private static final String PRIVATE = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    private static final String PUBLIC = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
    private static final String PEER = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

    private final FakeDevice device = new FakeDevice();
    private final String name = WgTool.uniqueName();
    private UapiServer server;

    @TempDir Path folder;

    @BeforeAll
    static void assumeWg() {
        WgTool.assumePresent();
    }

    @BeforeEach
    void listen() throws IOException {
        server = UapiServer.listen(new UapiSocket(name), device, () -> {});
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void showsTheStatus() throws Exception {
        device.status = WgToolTest::configuration;
        assertThat(WgTool.wg("show", name, "dump").output())
                .isEqualTo(
                        PRIVATE
                                + "\t"
                                + PUBLIC
                                + "\t51820\t0xca6c\n"
                                + PEER
                                + "\t"
                                + PRIVATE
                                + "\t[fe80::1%77]:51821\t10.0.0.0/8,::/0\t1700000000\t5\t6\t25\n");
        assertThat(WgTool.wg("show", "interfaces").output().strip().split(" ")).contains(name);
    }

    @Test
    void writesTheSameFileAsOurs() throws Exception {
        device.status = WgToolTest::configuration;
        assertThat(WgTool.wg("showconf", name).output())
                .isEqualTo(new String(ConfFile.print(configuration()), US_ASCII));
    }

    @Test
    void setsEverything() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), PRIVATE + "\n");
        Result result =
                WgTool.wg(
                        ("set "
                                        + name
                                        + " listen-port 7 fwmark 0x10 private-key "
                                        + key
                                        + " peer "
                                        + PEER
                                        + " preshared-key "
                                        + key
                                        + " endpoint [fe80::1%lo]:8 persistent-keepalive 9"
                                        + " allowed-ips 10.0.0.5/8,fd00::/64")
                                .split(" "));
        assertThat(result.status()).isZero();
        assertThat(device.applied.getFirst().lines().map(line -> line.replaceAll("=.*", "")))
                .containsExactly(
                        "private_key",
                        "listen_port",
                        "fwmark",
                        "public_key",
                        "preshared_key",
                        "endpoint",
                        "persistent_keepalive_interval",
                        "replace_allowed_ips",
                        "allowed_ip",
                        "allowed_ip");
        assertThat(device.applied.getFirst())
                .contains("listen_port=7\nfwmark=16\n")
                .contains("endpoint=[fe80::1%1]:8\npersistent_keepalive_interval=9\n")
                .contains(
                        "replace_allowed_ips=true\nallowed_ip=10.0.0.0/8\nallowed_ip=fd00::/64\n");
    }

    @Test
    void removesAPeer() throws Exception {
        assertThat(WgTool.wg("set", name, "peer", PEER, "remove").status()).isZero();
        String hex = PublicKey.fromBase64(PEER).orElseThrow().toHex();
        assertThat(device.applied).containsExactly("public_key=" + hex + "\nremove=true\n");
    }

    @ParameterizedTest
    @CsvSource({
        "98, Address already in use",
        "22, Invalid argument",
        "5, Input/output error",
        "71, Protocol error",
    })
    void saysWhyTheDeviceRefuses(int errno, String words) throws Exception {
        device.question =
                () -> {
                    throw new ErrnoException("bind", errno, words);
                };
        Result set = WgTool.wg("set", name, "listen-port", "7");
        assertThat(set.status()).isEqualTo(1);
        assertThat(set.errors()).isEqualTo("Unable to modify interface: " + words + "\n");
        Result show = WgTool.wg("show", name);
        assertThat(show.status()).isEqualTo(1);
        assertThat(show.errors()).isEqualTo("Unable to access interface: " + words + "\n");
    }

    @Test
    void takesASetOfThousandsOfPeers() throws Exception {
        StringBuilder text = new StringBuilder();
        RandomConfig random = new RandomConfig(1);
        for (int i = 0; i < 5000; i++) {
            text.append("[Peer]\nPublicKey = ").append(random.publicKey().toBase64());
            text.append("\nAllowedIPs = ").append(random.prefix()).append('\n');
        }
        Path file = Files.writeString(folder.resolve("wg0.conf"), text);
        assertThat(WgTool.wg("setconf", name, file.toString()).status()).isZero();
        assertThat(device.updates.getFirst().peers()).hasSize(5000);
    }

    static Stream<BrokenFile> brokenFiles() {
        return BrokenFile.all();
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void refusesTheSameFilesInTheSameWords(BrokenFile broken) throws Exception {
        Result result = WgTool.wg("setconf", name, broken.file().toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(device.applied).isEmpty();
        String words = result.errorLines().getFirst();
        if (!broken.hidesSecret()) assertThat(words).isEqualTo(broken.message());
        else assertThat(words).startsWith(broken.message().replaceAll("\\(hidden\\).*", ""));
    }

    static Stream<Long> seeds() {
        return RandomConfig.seeds(15);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsFilesAsWeDo(long seed) throws Exception {
        Path file = folder.resolve("wg0.conf");
        Files.write(file, ConfFile.print(new RandomConfig(seed).configuration()));
        for (Mode mode : Mode.values()) {
            String command = mode == Mode.SET ? "setconf" : "addconf";
            assertThat(WgTool.wg(command, name, file.toString()).status()).isZero();
            assertThat(device.applied.getLast()).isEqualTo(ours(file, mode));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[Interface];ListenPort=65536;FwMark=off",
                "[Interface];ListenPort=domain;FwMark=0xFFFFFFFF",
                "[ inter FACE ];li sten port = 99999999999 # comment;fwmark=0x00000000000000001",
                "[Interface];ListenPort=-4294967295;[Interface];FwMark=4294967295",
                "[Peer];PublicKey=" + PEER + ";Endpoint=127.1:5;AllowedIPs=1.2.3.4/008",
                "[Peer];PublicKey=" + PEER + ";Endpoint=0x7f.1:domain;AllowedIPs=::1.2.3.4,::",
                "[Peer];PublicKey=" + PEER + ";Endpoint=fe80::1%lo:5;PersistentKeepalive=oFF",
                "[Peer];PublicKey=" + PEER + ";Endpoint=[2001:db8::1%3]:0",
                "[Peer];PublicKey=" + PEER + ";Endpoint=192.0.2.1:+7;PersistentKeepalive=065535",
                "[Peer];PublicKey=" + PEER + ";AllowedIPs=10.9.8.7/6;AllowedIPs=fd12:3456::/7",
            })
    void readsOdditiesAsWeDo(String text) throws Exception {
        Path file = folder.resolve("wg0.conf");
        Files.writeString(file, text.replace(';', '\n'));
        assertThat(WgTool.wg("setconf", name, file.toString()).status()).isZero();
        assertThat(device.applied.getLast()).isEqualTo(ours(file, Mode.SET));
    }

    private static String ours(Path file, Mode mode) throws IOException, ConfigException {
        ConfFile parser = new ConfFile(Resolver.system(), warning -> {});
        return new String(UapiText.print(parser.parse(file, mode)), US_ASCII);
    }

    @Test
    void goesFromTheListWhenItIsClosed() throws Exception {
        server.close();
        assertThat(WgTool.wg("show", "interfaces").output().strip().split(" "))
                .doesNotContain(name);
    }

    private static DeviceConfiguration configuration() {
        byte[] key = PRIVATE.getBytes(US_ASCII);
        return new DeviceConfiguration(
                PrivateKey.fromBase64(key, 0, key.length).orElseThrow(),
                51820,
                0xca6c,
                List.of(
                        new PeerConfiguration(
                                PublicKey.fromBase64(PEER).orElseThrow(),
                                PresharedKey.fromBase64(key, 0, key.length).orElseThrow(),
                                Endpoint.parse("[fe80::1%77]:51821").orElseThrow(),
                                Instant.ofEpochSecond(1_700_000_000, 5),
                                5,
                                6,
                                25,
                                List.of(
                                        IpPrefix.parse("10.0.0.0/8").orElseThrow(),
                                        IpPrefix.parse("::/0").orElseThrow()))));
    }
}
