package dev.adit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.net.Network;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.proxy.lab.NetworkPair;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a proxy tells of its health.
class ProxyHealthTest {
    private NetworkPair networks;
    private Proxy proxy;

    @BeforeEach
    void open() throws IOException, ConfigException {
        networks = new NetworkPair("");
        ProxyOptions options =
                ProxyOptions.builder()
                        .health("127.0.0.1:0")
                        .tcp("127.0.0.1:0=10.0.0.2:80")
                        .listen("127.0.0.1:0")
                        .build();
        proxy = Proxy.open(networks.here, options);
    }

    @AfterEach
    void close() {
        proxy.close(Duration.ZERO);
        networks.close();
    }

    private static Socket connect(SocketAddress at) throws IOException {
        InetSocketAddress to = (InetSocketAddress) at;
        Socket socket = new Socket(to.getAddress(), to.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private String ask(String request) throws IOException {
        try (Socket client = connect(proxy.healthAddresses().getFirst())) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private String get(String path, String... fields) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "\r\n");
    }

    @Test
    void aProxyThatAnswersIsAlive() throws IOException {
        assertThat(get("/livez")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nalive\n");
        assertThat(get("/livez?verbose")).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(ask("HEAD /livez HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\n");
    }

    @Test
    void whatIsNotServedIsRefused() throws IOException {
        assertThat(get("/")).startsWith("HTTP/1.1 404 ");
        assertThat(ask("POST /livez HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(ask("GET /livez\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("\u0005\u0001")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void isReadyOnceEveryPeerThatIsWantedHasASession() throws Exception {
        assertThat(get("/readyz")).startsWith("HTTP/1.1 200 OK\r\n");
        Network here = networks.here;
        PublicKey peer = here.status().peers().getFirst().publicKey();
        here.device()
                .configure(
                        DeviceUpdate.builder()
                                .peer(PeerUpdate.of(peer).persistentKeepalive(25).build())
                                .build());
        assertThat(here.awaitPeers(Duration.ofSeconds(20))).isTrue();
        assertThat(get("/readyz")).startsWith("HTTP/1.1 200 OK\r\n");
        PublicKey absent = NetworkPair.strangersKey();
        here.device()
                .configure(
                        DeviceUpdate.builder()
                                .peer(PeerUpdate.of(absent).persistentKeepalive(25).build())
                                .build());
        assertThat(get("/readyz"))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .endsWith("not ready:\npeer " + absent.toBase64() + ": no handshake yet\n");
        here.close(Duration.ZERO);
        assertThat(get("/readyz")).endsWith("the network is closed\n");
    }

    @Test
    void metricsCountWhatClientsDo() throws IOException {
        try (ServerSocket server = networks.there.listen(80)) {
            try (Socket client = connect(proxy.addresses().get(1));
                    Socket target = server.accept()) {
                client.getOutputStream().write(new byte[100]);
                target.getInputStream().readNBytes(100);
                target.getOutputStream().write(new byte[30]);
                client.getInputStream().readNBytes(30);
                assertThat(get("/metrics").lines())
                        .contains(
                                "adit_proxy_clients 1",
                                "adit_tcp_connections{interface=\"here\"} 1",
                                "adit_proxy_clients_total{kind=\"tcp-forward\"} 1",
                                "adit_proxy_bytes_total{direction=\"to-tunnel\"} 100",
                                "adit_proxy_bytes_total{direction=\"from-tunnel\"} 30");
            }
        }
        try (Socket client = connect(proxy.addresses().getFirst())) {
            client.getOutputStream().write("x".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().read()).isNegative();
        }
        try (Socket client = connect(proxy.addresses().getFirst())) {
            String request = "CONNECT 10.0.0.2:9 HTTP/1.1\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readAllBytes()).asString().contains("502");
        }
        assertThat(get("/metrics").lines())
                .contains(
                        "adit_proxy_refused_total{reason=\"bad-request\"} 1",
                        "adit_proxy_refused_total{reason=\"connection-refused\"} 1");
    }

    @Test
    void theFormatIsTheOneThatTheClientAccepts() throws IOException {
        assertThat(get("/metrics"))
                .contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .contains("# TYPE adit_proxy_bytes_total counter\n")
                .doesNotContain("# EOF");
        assertThat(get("/metrics", "Accept: application/openmetrics-text;version=1.0.0\r\n"))
                .contains("\r\nContent-Type: application/openmetrics-text; version=1.0.0;")
                .contains("# TYPE adit_proxy_bytes counter\n")
                .endsWith("# EOF\n");
    }

    @Test
    void halfARequestKeepsNobodyOut() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                slow.add(connect(proxy.healthAddresses().getFirst()));
                slow.getLast().getOutputStream().write('G');
                assertThat(get("/livez")).startsWith("HTTP/1.1 200 ");
            }
        } finally {
            for (Socket one : slow) one.close();
        }
    }

    @Test
    void otherHostsAreServedOnlyWhenThatIsSaid() {
        ProxyOptions.Builder options = ProxyOptions.builder().health("0.0.0.0:9586");
        assertThatThrownBy(options::build)
                .hasMessage("`0.0.0.0:9586' would let other hosts in without a password");
        options.open().build();
        assertThat(Stream.of("", "host", "127.0.0.1:"))
                .allSatisfy(
                        text ->
                                assertThatThrownBy(() -> ProxyOptions.builder().health(text))
                                        .isInstanceOf(IllegalArgumentException.class));
    }
}
