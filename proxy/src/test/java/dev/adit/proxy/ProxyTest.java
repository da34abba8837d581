package dev.adit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.ConfigException;
import dev.adit.net.Network;
import dev.adit.proxy.lab.NetworkPair;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;

/// A proxy into a network whose peer is another network of this program.
class ProxyTest {
    private NetworkPair networks;
    private Network here;
    private Network there;
    @TempDir Path folder;

    @BeforeEach
    void open() throws IOException, ConfigException {
        networks = new NetworkPair("");
        here = networks.here;
        there = networks.there;
    }

    @AfterEach
    void close() {
        networks.close();
    }

    private static Socket connect(Proxy proxy) throws IOException {
        InetSocketAddress at = (InetSocketAddress) proxy.addresses().getFirst();
        Socket socket = new Socket(at.getAddress(), at.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void exchange(Socket client, Socket target) throws IOException {
        client.getOutputStream().write("there".getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        assertThat(target.getInputStream().readAllBytes()).asString().isEqualTo("there");
        target.getOutputStream().write("back".getBytes(StandardCharsets.US_ASCII));
        target.close();
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("back");
    }

    @Test
    void socksAndHttpClientsReachThePeerOnOnePort() throws IOException {
        ProxyOptions options = ProxyOptions.builder().listen("127.0.0.1:0").build();
        try (Proxy proxy = Proxy.open(here, options);
                ServerSocket server = there.listen(80)) {
            try (Socket client = connect(proxy)) {
                client.getOutputStream()
                        .write(
                                HexFormat.of()
                                        .parseHex("050100" + "05010001" + "0a000002" + "0050"));
                assertThat(client.getInputStream().readNBytes(12)[3]).isZero();
                exchange(client, server.accept());
            }
            try (Socket client = connect(proxy)) {
                String request = "CONNECT [fd00::2]:80 HTTP/1.1\r\n\r\n";
                client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = "HTTP/1.1 200 Connection established\r\n\r\n";
                assertThat(client.getInputStream().readNBytes(answer.length()))
                        .asString()
                        .isEqualTo(answer);
                exchange(client, server.accept());
            }
        }
    }

    @Test
    void anAddressOfNoPeerIsRefusedWithTheReason() throws IOException {
        ProxyOptions options = ProxyOptions.builder().listen("0").build();
        try (Proxy proxy = Proxy.open(here, options);
                Socket client = connect(proxy)) {
            String request = "CONNECT 10.9.9.9:80 HTTP/1.1\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readAllBytes())
                    .asString()
                    .startsWith("HTTP/1.1 502 ")
                    .contains("No route to host: 10.9.9.9:80");
        }
    }

    @Test
    void aUnixSocketIsForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("proxy.sock");
        ProxyOptions options = ProxyOptions.builder().listen("unix:" + file).build();
        try (Proxy proxy = Proxy.open(here, options);
                ServerSocket server = there.listen(80);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            client.write(
                    ByteBuffer.wrap(
                            HexFormat.of().parseHex("04010050" + "0a000002" + "00" + "7e")));
            assertThat(Channels.newInputStream(client).readNBytes(8)[1]).isEqualTo((byte) 90);
            try (Socket target = server.accept()) {
                assertThat(target.getInputStream().read()).isEqualTo(0x7e);
            }
            assertThat(proxy.clients()).isLessThanOrEqualTo(1);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("notes"), "text");
        ProxyOptions options = ProxyOptions.builder().listen("unix:" + file).build();
        assertThatThrownBy(() -> Proxy.open(here, options))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on unix:" + file);
        assertThat(file).hasContent("text");
    }

    @Test
    void tcpIsForwardedIntoTheTunnel() throws IOException {
        ProxyOptions options = ProxyOptions.builder().tcp("127.0.0.1:0=10.0.0.2:80").build();
        try (Proxy proxy = Proxy.open(here, options);
                ServerSocket server = there.listen(80);
                Socket client = connect(proxy)) {
            exchange(client, server.accept());
        }
    }

    @Test
    void peersReachAServiceOfTheHostAndItsServerLearnsWhoTheyAre() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            String target = "127.0.0.1:" + server.getLocalPort();
            ProxyOptions options =
                    ProxyOptions.builder()
                            .serve("8080=" + target)
                            .serve("8081=" + target + ",proxy-protocol")
                            .build();
            try (Proxy proxy = Proxy.open(here, options)) {
                try (Socket peer = there.connect("10.0.0.1", 8080, Duration.ofSeconds(20))) {
                    exchange(peer, server.accept());
                }
                try (Socket peer = there.connect("10.0.0.1", 8081, Duration.ofSeconds(20));
                        Socket accepted = server.accept()) {
                    String header =
                            "0d0a0d0a000d0a515549540a"
                                    + "2111000c"
                                    + "0a0000020a000001"
                                    + "%04x1f91".formatted(peer.getLocalPort());
                    assertThat(accepted.getInputStream().readNBytes(28))
                            .isEqualTo(HexFormat.of().parseHex(header));
                    exchange(peer, accepted);
                }
                assertThat(proxy.addresses()).isEmpty();
            }
        }
    }

    @Test
    void aServiceMayBeAUnixSocket() throws IOException {
        Path file = folder.resolve("app.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(file));
            ProxyOptions options = ProxyOptions.builder().serve("8080=unix:" + file).build();
            try (Proxy proxy = Proxy.open(here, options);
                    Socket peer = there.connect("10.0.0.1", 8080, Duration.ofSeconds(20));
                    SocketChannel accepted = server.accept()) {
                peer.getOutputStream().write(7);
                peer.shutdownOutput();
                assertThat(Channels.newInputStream(accepted).readAllBytes()).containsExactly(7);
                assertThat(proxy.clients()).isEqualTo(1);
            }
        }
    }

    @Test
    void udpIsForwardedIntoTheTunnelAndBack() throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        ProxyOptions options = ProxyOptions.builder().udp(port + "=10.0.0.2:7").build();
        try (Proxy proxy = Proxy.open(here, options);
                DatagramSocket echo = there.datagrams(7);
                DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(20_000);
            for (int i = 0; i < 3; i++) {
                byte[] said = {(byte) i};
                client.send(new DatagramPacket(said, 1, InetAddress.ofLiteral("127.0.0.1"), port));
                DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                echo.receive(packet);
                echo.send(packet);
                DatagramPacket answer = new DatagramPacket(new byte[10], 10);
                client.receive(answer);
                assertThat(answer.getLength()).isEqualTo(1);
                assertThat(answer.getData()[0]).isEqualTo((byte) i);
            }
            assertThat(proxy.clients()).isZero();
        }
    }

    @Test
    void otherHostsAreLetInOnlyWhenThatIsSaid() throws IOException {
        ProxyOptions.Builder options = ProxyOptions.builder().listen("0.0.0.0:1080");
        assertThatThrownBy(options::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("`0.0.0.0:1080' would let other hosts in without a password");
        Path file = Files.writeString(folder.resolve("users"), "a:b");
        options.users(UsersFile.read(file)).build();
        ProxyOptions.Builder forward = ProxyOptions.builder().tcp("[::]:80=10.0.0.2:80");
        assertThatThrownBy(forward::build).isInstanceOf(IllegalArgumentException.class);
        forward.open().build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "localhost:1080",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "::1:1080",
                "[::1]",
                "unix:",
                "127.0.0.1:1080:1080"
            })
    void anAddressThatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> ProxyOptions.builder().listen(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("`" + text + "': ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "80=", "80=host", "80=host:0", "80=::1:80", "80=unix:/a"})
    void aForwardThatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> ProxyOptions.builder().tcp(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void usersAreThoseOfTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "# who\nann:secret\n\nbob:x:y\r\n");
        UsersFile users = UsersFile.read(file);
        assertThat(check(users, "ann", "secret")).isTrue();
        assertThat(check(users, "bob", "x:y")).isTrue();
        assertThat(check(users, "ann", "x:y")).isFalse();
        assertThat(check(users, "who", "")).isFalse();
        byte[] password = {1};
        users.check(password.clone(), password);
        assertThat(password).containsOnly(0);
        for (String bad : new String[] {"ann\n", "ann:\n", ":x\n", "a:b\na:c\n", ""}) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> UsersFile.read(file)).isInstanceOf(IOException.class);
        }
    }

    private static boolean check(UsersFile users, String name, String password) {
        return users.check(
                name.getBytes(StandardCharsets.ISO_8859_1),
                password.getBytes(StandardCharsets.ISO_8859_1));
    }
}
