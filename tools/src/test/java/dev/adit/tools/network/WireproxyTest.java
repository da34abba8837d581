package dev.adit.tools.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.MemoryUdp;
import dev.adit.net.Network;
import dev.adit.proxy.Proxy;
import dev.adit.proxy.ProxyOptions;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command `wireproxy`: what its files mean, and what is said of those that are wrong.
class WireproxyTest {
    private static final String NETWORK =
            """
            [Interface]
            Address = 10.200.200.2/32 # one address
            PrivateKey = QH8sX6cvKqTqdjB3HzXKvYPpuPuXDJyeEv0bSGMdPHk=
            DNS = 10.200.200.1

            [Peer]
            PublicKey = I+hXRAJOG/UE2IQvIHsou2zTgkUyPve2pzvHTnd/2Gg=
            Endpoint = 192.0.2.7:51820
            """;

    /// A section of each kind.
    private static final String EACH =
            NETWORK
                    + """

                    [TCPClientTunnel]
                    BindAddress = 127.0.0.1:25565
                    Target = play.example:25565

                    [TCPServerTunnel]
                    ListenPort = 3422
                    Target = localhost:25545

                    [STDIOTunnel]
                    Target = ssh.example:22

                    [Socks5]
                    BindAddress = 127.0.0.1:25344
                    ; Username = nobody
                    [http]
                    BindAddress = "127.0.0.1:25345"
                    Username = 'office'
                    Password = `a#b`
                    """;

    private final FakeTerminal terminal = new FakeTerminal();
    @TempDir private Path folder;

    private int check(String config, String... options) throws CommandFailure, IOException {
        Path file = Files.writeString(folder.resolve("wireproxy.conf"), config);
        List<String> arguments = new ArrayList<>(List.of("-n", "-c", file.toString()));
        arguments.addAll(List.of(options));
        return new Wireproxy().run(terminal.terminal(), arguments);
    }

    @Test
    void saysThatAFileIsRight() throws Exception {
        assertThat(check(EACH)).isZero();
        assertThat(terminal.out()).isEqualTo("Config OK\n");
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void readsTheNetworkFromAnotherFile() throws Exception {
        Path other = Files.writeString(folder.resolve("office.conf"), NETWORK);
        assertThat(check("WGConfig = " + other + "\n[socks5]\nbindaddress = 127.0.0.1:1\n"))
                .isZero();
    }

    @Test
    void letsAPeerWithoutAllowedIpsHaveAllAddresses() throws Exception {
        IniFile file = IniFile.parse("f", EACH);
        byte[] text = WireproxyNetwork.text(file, Map.of(), line -> {});
        assertThat(new String(text, StandardCharsets.UTF_8))
                .contains("Endpoint = 192.0.2.7:51820\nAllowedIPs = 0.0.0.0/0, ::/0\n");
        byte[] full = WireproxyNetwork.text(IniFile.parse("f", NETWORK), Map.of(), line -> {});
        assertThat(new String(full, StandardCharsets.UTF_8)).contains("0.0.0.0/0, ::/0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [Socks5]                                  |9: [socks5] BindAddress is missing
                    [http]\\nBindAddress = 127.0.0.1:99999    |9: [http] `127.0.0.1:99999'
                    [TCPClientTunnel]\\nBindAddress = 1:2     |9: [tcpclienttunnel] Target is missing
                    [TCPServerTunnel]\\nListenPort = x\\nTarget = a:1 |9: [tcpservertunnel]
                    [Socks5]\\nBindAddress = $NOT_SET         |10: BindAddress: $NOT_SET is not set
                    [Socks5                                   |9: not a section
                    BindAddress                               |9: neither a section nor a key
                    [Interface]                               |1: one and only one [Interface]
                    """)
    void namesTheLineThatIsWrong(String more, String message) {
        assertThatThrownBy(() -> check(NETWORK + more.replace("\\n", "\n") + "\n"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith(
                        "wireproxy: " + folder.resolve("wireproxy.conf") + ":" + message);
    }

    @Test
    void namesTheLineOfAWrongKeyWithoutTheKey() {
        String wrong = NETWORK.replace("QH8sX6", "QH8sX6QH8sX6");
        assertThatThrownBy(() -> check(wrong))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("wireproxy.conf:3:")
                .message()
                .doesNotContain("QH8sX6");
    }

    @Test
    void warnsOfWhatHasNoEffect() throws Exception {
        String file =
                NETWORK.replace("DNS =", "CheckAlive = 10.0.0.1\nDNS =")
                        + "[Sock5]\n[Socks5]\nBindAddress = 0.0.0.0:1\nUser = a\n";
        assertThat(check(file)).isZero();
        assertThat(terminal.err())
                .contains("wireproxy.conf:4: CheckAlive has no effect")
                .contains("wireproxy.conf:10: a section that is not known")
                .contains("wireproxy.conf:13: User has no effect")
                .contains("wireproxy.conf:11: 0.0.0.0:1 has no password");
        assertThat(check(file, "-s")).isZero();
    }

    @Test
    void refusesArgumentsThatItDoesNotKnow() {
        assertThatThrownBy(() -> check(NETWORK, "-x"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("-x");
        assertThatThrownBy(() -> check(NETWORK, "--info"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--info needs a value");
        assertThatThrownBy(() -> check(NETWORK, "-i", "127.0.0.1:x"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("-i 127.0.0.1:x");
    }

    @Test
    void givesEachListenerItsUsers() throws Exception {
        String listeners =
                """
                [Socks5]
                BindAddress = 127.0.0.1:0
                [Socks5]
                BindAddress = 127.0.0.1:0
                Username = office
                Password = $PASSWORD
                """;
        IniFile file = IniFile.parse("wireproxy.conf", listeners);
        WireproxyTunnels tunnels =
                new WireproxyTunnels(file, Map.of("PASSWORD", "secret"), line -> {});
        ProxyOptions options = tunnels.read("");
        byte[] text = NETWORK.getBytes(StandardCharsets.US_ASCII);
        try (Network network =
                        Network.builder()
                                .config("wireproxy", text)
                                .binds(new MemoryUdp().host("192.0.2.1"))
                                .build();
                Proxy proxy = Proxy.open(network, options)) {
            List<SocketAddress> at = proxy.addresses();
            assertThat(methodOf(at.get(0))).isZero(); // no password
            assertThat(methodOf(at.get(1))).isEqualTo(0xff); // that is not offered
            assertThat(login(at.get(1), "secret")).isZero();
            assertThat(login(at.get(1), "wrong")).isNotZero();
        }
    }

    /// What a SOCKS5 client is told that has no password.
    private static int methodOf(SocketAddress at) throws IOException {
        try (Socket socket = connect(at)) {
            socket.getOutputStream().write(new byte[] {5, 1, 0});
            assertThat(socket.getInputStream().read()).isEqualTo(5);
            return socket.getInputStream().read();
        }
    }

    private static int login(SocketAddress at, String password) throws IOException {
        try (Socket socket = connect(at)) {
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {5, 1, 2});
            assertThat(socket.getInputStream().readNBytes(2)).containsExactly(5, 2);
            byte[] secret = password.getBytes(StandardCharsets.US_ASCII);
            out.write(new byte[] {1, 6, 'o', 'f', 'f', 'i', 'c', 'e', (byte) secret.length});
            out.write(secret);
            return socket.getInputStream().readNBytes(2)[1];
        }
    }

    private static Socket connect(SocketAddress at) throws IOException {
        Socket socket = new Socket();
        socket.connect((InetSocketAddress) at);
        socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
        return socket;
    }
}
