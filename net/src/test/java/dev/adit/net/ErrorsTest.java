package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.lab.Await;
import dev.adit.net.lab.Keys;
import dev.adit.net.lab.TwoNetworks;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;

/// Exceptions are those that programs catch, and say what is wrong with the tunnel.
class ErrorsTest {
    private static final Duration SOON = Duration.ofMillis(200);

    /// A network alone, whose peer never answers.
    private static Network lonely(String peer) throws Exception {
        String text =
                """
                [Interface]
                PrivateKey = %s
                Address = 10.0.0.1/24
                %s
                """
                        .formatted(Keys.make().privateKey(), peer);
        return Network.builder()
                .config("lonely", text.getBytes(StandardCharsets.UTF_8))
                .binds(new MemoryUdp().host("192.0.2.1"))
                .build();
    }

    @Test
    void anAddressThatNoPeerHasIsUnreachableAtOnce() throws Exception {
        try (TwoNetworks two = new TwoNetworks()) {
            assertThatThrownBy(() -> two.left.socketFactory().createSocket("10.0.0.99", 80))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("no peer of left has 10.0.0.99 in its AllowedIPs");
            assertThatThrownBy(
                            () ->
                                    two.left.ping(
                                            InetAddress.ofLiteral("10.0.0.99"),
                                            Duration.ofSeconds(30)))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("AllowedIPs");
        }
    }

    @Test
    void aPeerWithoutEndpointIsUnreachableAtOnce() throws Exception {
        String key = Keys.make().publicKey();
        try (Network net = lonely("[Peer]\nPublicKey = " + key + "\nAllowedIPs = 10.0.0.2/32\n")) {
            assertThatThrownBy(() -> net.socketFactory().createSocket("10.0.0.2", 80))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("has no endpoint");
        }
    }

    @Test
    void aSilentPeerIsNamed() throws Exception {
        String key = Keys.make().publicKey();
        String peer =
                "[Peer]\nPublicKey = "
                        + key
                        + "\nAllowedIPs = 10.0.0.2/32\nEndpoint = 192.0.2.2:51820\n";
        try (Network net = lonely(peer)) {
            assertThatThrownBy(() -> net.connect("10.0.0.2", 80, SOON))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContainingAll("has not answered", "192.0.2.2:51820");
            assertThat(net.awaitPeers(SOON)).isFalse();
            Await.until(
                    "an initiation found unanswered",
                    () -> net.status().peers().getFirst().unanswered() > 0);
            assertThatThrownBy(() -> net.connect("10.0.0.2", 80, SOON))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("has not answered 1 initiation since ");
        }
    }

    @Test
    void aFamilyWithoutOwnAddressIsUnreachable() throws Exception {
        try (Network net = lonely("")) {
            assertThatThrownBy(() -> net.socketFactory().createSocket("fd00::2", 80))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("family");
        }
    }

    @Test
    void theHostsOwnLoopbackIsNotReached() throws Exception {
        try (TwoNetworks two = new TwoNetworks()) {
            assertThatThrownBy(() -> two.left.socketFactory().createSocket("127.0.0.1", 80))
                    .isInstanceOf(NoRouteToHostException.class);
            assertThatThrownBy(() -> two.left.socketFactory().createSocket((String) null, 80))
                    .isInstanceOf(NoRouteToHostException.class);
        }
    }

    @Test
    void closingTheNetworkEndsWhatIsBlocked() throws Exception {
        TwoNetworks two = new TwoNetworks();
        ServerSocket listening = two.right.listen(80);
        Socket client = two.left.socketFactory().createSocket("10.0.0.2", 80);
        Socket server = listening.accept();
        FutureTask<Integer> reading = new FutureTask<>(() -> client.getInputStream().read());
        FutureTask<Socket> accepting = new FutureTask<>(listening::accept);
        Thread.ofVirtual().start(reading);
        Thread.ofPlatform().start(accepting);
        two.left.close(Duration.ofSeconds(5));
        assertThatThrownBy(reading::get).cause().hasMessageContaining("Network closed: left");
        assertThat(server.getInputStream().read()).isEqualTo(-1); // an orderly end
        two.right.close(Duration.ZERO);
        assertThatThrownBy(accepting::get).cause().hasMessageContaining("Network closed: right");
        assertThatThrownBy(() -> two.left.socketFactory().createSocket())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("Network closed: left");
        assertThatThrownBy(() -> two.left.listen(1)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> two.left.datagrams(1)).isInstanceOf(SocketException.class);
        assertThat(two.left.isOpen()).isFalse();
        two.close();
    }

    @Test
    void aConnectionThatDoesNotEndInTimeIsReset() throws Exception {
        try (TwoNetworks two = new TwoNetworks();
                ServerSocket listening = narrow(two.right);
                Socket client = two.left.socketFactory().createSocket("10.0.0.2", 80);
                Socket server = listening.accept()) {
            FutureTask<Void> writing =
                    new FutureTask<>(
                            () -> {
                                while (true) client.getOutputStream().write(new byte[1 << 16]);
                            });
            Thread.ofVirtual().start(writing);
            Await.until(
                    "more to be sent than the server takes",
                    () -> two.left.status().connections().getFirst().sendQueue() > 64_000);
            two.left.close(Duration.ofMillis(50));
            assertThatThrownBy(writing::get).cause().isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> server.getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    /// A server whose connections take little that is not read.
    private static ServerSocket narrow(Network net) throws Exception {
        ServerSocket server = net.serverSocketFactory().createServerSocket();
        server.setReceiveBufferSize(8192);
        server.bind(new InetSocketAddress(80));
        return server;
    }

    @Test
    void aFailedDeviceIsTheCauseOfEveryException() throws Exception {
        try (TwoNetworks two = new TwoNetworks()) {
            IllegalStateException bug = new IllegalStateException("a bug");
            two.left.device().fail(bug);
            two.left.device().awaitClose();
            assertThat(two.left.failure()).contains(bug);
            assertThat(two.left.isOpen()).isFalse();
            assertThatThrownBy(
                            () ->
                                    two.left
                                            .socketFactory()
                                            .createSocket()
                                            .connect(new InetSocketAddress("10.0.0.2", 1)))
                    .isInstanceOf(SocketException.class)
                    .hasCause(bug);
        }
    }
}
