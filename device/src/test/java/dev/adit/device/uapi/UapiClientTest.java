package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.RandomConfig;
import dev.adit.device.config.Resolution;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@Timeout(180)
class UapiClientTest {
    private static final DeviceUpdate NOTHING = DeviceUpdate.builder().build();

    @TempDir Path directory;
    private final FakeDevice device = new FakeDevice();
    private UapiSocket socket;
    private UapiClient client;
    private Path path;

    @BeforeEach
    void name() {
        socket = new UapiSocket(directory, "wg0");
        client = new UapiClient(socket);
        path = directory.resolve("wg0.sock");
    }

    static Stream<Long> seeds() {
        return RandomConfig.seeds(50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void saysAndHearsWhatOurServerHearsAndSays(long seed) throws IOException {
        device.status = () -> new RandomConfig(seed).configuration();
        DeviceUpdate update = new RandomConfig(seed).update();
        try (UapiServer server = UapiServer.listen(socket, device, () -> {})) {
            client.configure(update);
            assertThat(device.applied)
                    .containsExactly(new String(UapiText.print(update), US_ASCII));
            assertThat(client.configuration()).isEqualTo(new RandomConfig(seed).configuration());
            assertThat(server).isNotNull();
        }
    }

    @Test
    void hearsEveryDropReason() throws IOException {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) drops.put(reason, 1L << reason.ordinal());
        device.drops = drops;
        try (UapiServer server = UapiServer.listen(socket, device, () -> {})) {
            assertThat(client.drops()).isEqualTo(drops);
            assertThat(server).isNotNull();
        }
    }

    @Test
    void hearsNotes() throws IOException {
        byte[] hex = "0b".repeat(32).getBytes(US_ASCII);
        PublicKey peer = PublicKey.fromHex(hex, 0, hex.length).orElseThrow();
        device.notes =
                new DeviceInfo(
                        true,
                        List.of("udp-gso"),
                        Map.of(peer, new DeviceInfo.OfPeer(3, "laptop of Zoë")));
        try (UapiServer server = UapiServer.listen(socket, device, () -> {})) {
            assertThat(client.notes()).isEqualTo(device.notes);
            assertThat(server).isNotNull();
        }
    }

    @Test
    void hearsWhatNamesLeadTo() throws IOException {
        byte[] hex = "0b".repeat(32).getBytes(US_ASCII);
        PublicKey peer = PublicKey.fromHex(hex, 0, hex.length).orElseThrow();
        EndpointName name = new EndpointName("vpn", 7);
        Endpoint there = Endpoint.parse("[2001:db8::1]:7").orElseThrow();
        device.resolutions =
                List.of(
                        new Resolution(peer, name, there, true, ""),
                        new Resolution(peer, name, null, false, "Name or service not known"));
        try (UapiServer server = UapiServer.listen(socket, device, () -> {})) {
            assertThat(client.resolve(List.of(peer))).isEqualTo(device.resolutions);
            assertThat(device.asked).containsExactly(peer);
            client.resolve(List.of());
            assertThat(device.asked).isEmpty();
            assertThat(server).isNotNull();
        }
    }

    @Test
    void takesAServerThatHangsUpForOneWithoutNames() throws IOException {
        try (CannedServer server = new CannedServer(path, "", 1)) {
            assertThat(server).isNotNull();
            assertThat(client.resolve(List.of())).isEmpty();
        }
    }

    @Test
    void takesAServerThatHangsUpForOneWithoutNotes() throws IOException {
        try (CannedServer server = new CannedServer(path, "", 1)) {
            assertThat(server).isNotNull();
            assertThat(client.notes()).isEqualTo(DeviceInfo.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {98, -98})
    void takesErrorNumbersOfEitherSign(int errno) throws IOException {
        try (CannedServer server = new CannedServer(path, "errno=" + errno + "\n\n", 7)) {
            assertThat(server).isNotNull();
            for (ThrowingCallable call : calls()) {
                ErrnoException failure = failure(call);
                assertThat(failure.errno()).isEqualTo(98);
                assertThat(failure).hasMessageEndingWith("EADDRINUSE: Address already in use");
            }
        }
    }

    @Test
    void namesTheNumberOfAnErrorThatItDoesNotKnow() throws IOException {
        try (CannedServer server = new CannedServer(path, "errno=-55\n\n", 7)) {
            assertThat(server).isNotNull();
            ErrnoException failure = failure(() -> client.configure(NOTHING));
            assertThat(failure.errno()).isEqualTo(55);
            assertThat(failure).hasMessage("set: Unknown error 55");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "errno=0", "\n", "errno=x\n\n", "errno=\n\n", "nonsense\n", "a=1\n"})
    void callsAnythingElseAProtocolError(String answer) throws IOException {
        try (CannedServer server = new CannedServer(path, answer, 7)) {
            assertThat(server).isNotNull();
            for (ThrowingCallable call : calls()) assertThat(failure(call).errno()).isEqualTo(71);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen_port=x\nerrno=0\n\n",
                "listen_port=1\n\nerrno=0\n\n",
                "public_key=1\nerrno=0\n\n"
            })
    void callsAStatusThatItCannotReadAProtocolError(String answer) throws IOException {
        try (CannedServer server = new CannedServer(path, answer, 7)) {
            assertThat(server).isNotNull();
            assertThat(failure(client::configuration).errno()).isEqualTo(71);
        }
    }

    @Test
    void callsALineWithoutEndAProtocolError() throws IOException {
        try (CannedServer server = new CannedServer(path, "x=" + "1".repeat(100_000), 7)) {
            assertThat(server).isNotNull();
            assertThat(failure(client::configuration).errno()).isEqualTo(71);
        }
    }

    /// The keys and the order of boringtun, which has some of its own.
    @Test
    void readsTheAnswerOfBoringtun() throws IOException {
        String key = "5".repeat(64);
        String answer =
                "own_public_key="
                        + key
                        + "\nlisten_port=7\npublic_key="
                        + key
                        + "\npersistent_keepalive_interval=5\nendpoint=192.0.2.1:9\n"
                        + "allowed_ip=10.0.0.0/8\nlast_handshake_time_sec=3\n"
                        + "last_handshake_time_nsec=4\nrx_bytes=1\ntx_bytes=2\nerrno=0\n\n";
        try (CannedServer server = new CannedServer(path, answer, 7)) {
            assertThat(server).isNotNull();
            assertThat(client.configuration().listenPort()).isEqualTo(7);
            assertThat(client.configuration().peers().getFirst().endpoint())
                    .hasToString("192.0.2.1:9");
        }
    }

    /// wireguard-go answers at the first line that it refuses and hangs up.
    @Test
    void hearsWhyALongRequestIsRefusedBeforeItsEnd() throws IOException {
        try (CannedServer server = new CannedServer(path, "errno=-22\n\n", 7)) {
            assertThat(server).isNotNull();
            PeerUpdate peer = PeerUpdate.removal(new RandomConfig(2).publicKey());
            DeviceUpdate huge =
                    DeviceUpdate.builder()
                            .replacePeers()
                            .peers(Collections.nCopies(20_000, peer))
                            .build();
            assertThat(failure(() -> client.configure(huge)).errno()).isEqualTo(22);
        }
    }

    @Test
    void saysThatThereIsNoSuchInterface() {
        assertThat(failure(client::configuration).errno()).isEqualTo(19);
        assertThat(failure(client::configuration)).hasMessage("connect: ENODEV: No such device");
    }

    @ParameterizedTest
    @CsvSource({"a/b", "''"})
    void refusesNamesThatNoFileCanHave(String name) {
        UapiClient nameless = new UapiClient(new UapiSocket(directory, name));
        assertThat(failure(nameless::configuration).errno()).isEqualTo(19);
    }

    @Test
    void refusesAFileThatIsNoSocket() throws IOException {
        Files.createFile(path);
        assertThat(failure(client::configuration).errno()).isEqualTo(19);
        assertThat(path).exists();
    }

    @Test
    void removesASocketWhoseProcessIsGone() throws IOException {
        leaveStaleSocket(path);
        assertThat(failure(client::configuration).errno()).isEqualTo(111);
        assertThat(path).doesNotExist();
    }

    @Test
    void listsWhatIsServedAndRemovesWhatIsNot() throws IOException {
        Path stale = directory.resolve("stale.sock");
        leaveStaleSocket(stale);
        Files.createFile(directory.resolve("file.sock"));
        Files.createFile(directory.resolve(".sock"));
        Files.createFile(directory.resolve("wg1.conf"));
        Files.createSymbolicLink(directory.resolve("dangling.sock"), Path.of("nowhere"));
        try (UapiServer first = UapiServer.listen(socket, device, () -> {});
                UapiServer second =
                        UapiServer.listen(new UapiSocket(directory, "wg1"), device, () -> {})) {
            assertThat(List.of(first, second)).doesNotContainNull();
            assertThat(UapiSocket.list(directory))
                    .containsExactlyInAnyOrder(socket, new UapiSocket(directory, "wg1"));
        }
        assertThat(stale).doesNotExist();
        assertThat(UapiSocket.list(directory)).isEmpty();
    }

    @Test
    void listsNothingWhereThereIsNoDirectory() throws IOException {
        assertThat(UapiSocket.list(directory.resolve("missing"))).isEmpty();
    }

    private List<ThrowingCallable> calls() {
        return List.of(client::configuration, () -> client.configure(NOTHING), client::drops);
    }

    private static ErrnoException failure(ThrowingCallable call) {
        return catchThrowableOfType(ErrnoException.class, call);
    }

    private static void leaveStaleSocket(Path path) throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
    }
}
