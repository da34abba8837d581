package dev.adit.net.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jdk.net.ExtendedSocketOptions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// What sockets and server sockets do, but for their streams.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SocketConformance {
    private final SocketLab lab = lab();

    abstract SocketLab lab();

    @AfterAll
    void close() {
        lab.close();
    }

    private int unusedPort() throws IOException {
        try (ServerSocket server = lab.servers().createServerSocket(0)) {
            return server.getLocalPort();
        }
    }

    private InetSocketAddress to(ServerSocket server) {
        return new InetSocketAddress(lab.serverAddress(), server.getLocalPort());
    }

    // ---- connecting

    @ParameterizedTest
    @EnumSource
    void aRefusedConnectSaysSo(ThreadKind kind) throws Exception {
        InetSocketAddress nobody = new InetSocketAddress(lab.serverAddress(), unusedPort());
        try (Socket socket = lab.clients().createSocket()) {
            ThreadKind.Task<?> task =
                    kind.run(
                            () -> {
                                socket.connect(nobody, 60_000);
                                return null;
                            });
            assertThatThrownBy(task::get)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageStartingWith("Connection refused");
            assertThat(socket.isConnected()).isFalse();
        }
    }

    @Test
    void everyWayToMakeASocketConnectsIt() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0)) {
            int port = server.getLocalPort();
            InetAddress host = lab.serverAddress(), local = lab.clientAddress();
            String name = host.getHostAddress();
            List<Socket> sockets = new ArrayList<>();
            sockets.add(lab.clients().createSocket(name, port));
            sockets.add(lab.clients().createSocket(host, port));
            sockets.add(lab.clients().createSocket(name, port, local, 0));
            sockets.add(lab.clients().createSocket(host, port, local, 0));
            for (Socket socket : sockets) {
                try (Socket accepted = server.accept()) {
                    assertThat(socket.isConnected()).isTrue();
                    assertThat(accepted.getLocalPort()).isEqualTo(port);
                    assertThat(socket.getInetAddress()).isEqualTo(host);
                    assertThat(socket.getPort()).isEqualTo(port);
                    socket.close();
                }
            }
        }
    }

    @Test
    void bothEndsKnowEachOther() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            Socket client = pair.client(), server = pair.server();
            assertThat(client.getLocalSocketAddress()).isEqualTo(server.getRemoteSocketAddress());
            assertThat(client.getRemoteSocketAddress()).isEqualTo(server.getLocalSocketAddress());
            assertThat(client.getLocalAddress()).isEqualTo(lab.clientAddress());
            assertThat(server.getLocalAddress()).isEqualTo(lab.serverAddress());
            assertThat(client.getLocalPort()).isEqualTo(server.getPort()).isPositive();
        }
    }

    @Test
    void anUnconnectedSocketHasNeitherEnd() throws Exception {
        try (Socket socket = lab.clients().createSocket()) {
            assertThat(socket.isConnected()).isFalse();
            assertThat(socket.isBound()).isFalse();
            assertThat(socket.getInetAddress()).isNull();
            assertThat(socket.getPort()).isZero();
            assertThat(socket.getLocalPort()).isEqualTo(-1);
            assertThat(socket.getRemoteSocketAddress()).isNull();
            assertThat(socket.getLocalSocketAddress()).isNull();
            assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
            assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(socket::getOutputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(socket::shutdownInput).isInstanceOf(SocketException.class);
            assertThatThrownBy(socket::shutdownOutput).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aBoundSocketConnectsFromThere() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0);
                Socket socket = lab.clients().createSocket()) {
            int port = unusedPort();
            socket.bind(new InetSocketAddress(lab.clientAddress(), port));
            assertThat(socket.isBound()).isTrue();
            assertThat(socket.getLocalPort()).isEqualTo(port);
            assertThatThrownBy(() -> socket.bind(null)).isInstanceOf(SocketException.class);
            socket.connect(to(server));
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getPort()).isEqualTo(port);
            }
        }
    }

    @Test
    void aSocketBoundToNoPortHasOne() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0);
                Socket socket = lab.clients().createSocket()) {
            socket.bind(null);
            int port = socket.getLocalPort();
            assertThat(port).isPositive();
            socket.connect(to(server));
            assertThat(socket.getLocalPort()).isEqualTo(port);
        }
    }

    @Test
    void aSocketIsNotBoundToAnotherHostsAddress() throws Exception {
        try (Socket socket = lab.clients().createSocket()) {
            SocketAddress foreign = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.77"), 0);
            assertThatThrownBy(() -> socket.bind(foreign)).isInstanceOf(BindException.class);
        }
    }

    @Test
    void aSocketConnectsOnce() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0);
                Socket socket = lab.clients().createSocket()) {
            socket.connect(to(server));
            assertThatThrownBy(() -> socket.connect(to(server)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContainingAll("onnected");
        }
    }

    @Test
    void nonsenseIsRefused() throws Exception {
        try (Socket socket = lab.clients().createSocket()) {
            SocketAddress other = new SocketAddress() {};
            assertThatThrownBy(() -> socket.connect(null))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.connect(other))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress(1), -1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.bind(other))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setSoTimeout(-1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setSoLinger(true, -1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setSendBufferSize(0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setReceiveBufferSize(0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setTrafficClass(256))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anUnknownNameIsNoAddress() throws Exception {
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("no.such.invalid", 80);
        try (Socket socket = lab.clients().createSocket()) {
            assertThatThrownBy(() -> socket.connect(unknown))
                    .isInstanceOf(UnknownHostException.class);
        }
    }

    // ---- life

    @Test
    void aClosedSocketStaysConnectedInName() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            Socket client = pair.client();
            client.close();
            client.close();
            assertThat(client.isClosed()).isTrue();
            assertThat(client.isConnected()).isTrue();
            assertThat(client.isBound()).isTrue();
            assertThat(client.getPort()).isEqualTo(pair.server().getLocalPort());
            assertThatThrownBy(client::getInputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(client::getOutputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> client.setSoTimeout(1)).isInstanceOf(SocketException.class);
            assertThatThrownBy(client::getTcpNoDelay).isInstanceOf(SocketException.class);
            assertThatThrownBy(client::shutdownOutput).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aClosedSocketDoesNotConnect() throws Exception {
        Socket socket = lab.clients().createSocket();
        socket.close();
        assertThatThrownBy(() -> socket.connect(new InetSocketAddress(lab.serverAddress(), 9)))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("losed");
        assertThatThrownBy(() -> socket.bind(null)).isInstanceOf(SocketException.class);
    }

    @Test
    void aFactorysSocketHasNoChannel() throws Exception {
        try (SocketLab.Pair pair = lab.pair();
                ServerSocket server = lab.servers().createServerSocket()) {
            assertThat(pair.client().getChannel()).isNull();
            assertThat(pair.server().getChannel()).isNull();
            assertThat(server.getChannel()).isNull();
        }
    }

    @Test
    void textNamesBothEnds() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            assertThat(pair.client().toString())
                    .contains(lab.serverAddress().getHostAddress())
                    .contains(String.valueOf(pair.client().getPort()));
        }
    }

    // ---- options

    @Test
    void optionsAreKept() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            Socket socket = pair.client();
            assertThat(socket.getSoTimeout()).isZero();
            socket.setSoTimeout(1234);
            assertThat(socket.getSoTimeout()).isEqualTo(1234);
            assertThat(socket.getTcpNoDelay()).isFalse();
            socket.setTcpNoDelay(true);
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getKeepAlive()).isFalse();
            socket.setKeepAlive(true);
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getSoLinger()).isEqualTo(-1);
            socket.setSoLinger(true, 17);
            assertThat(socket.getSoLinger()).isEqualTo(17);
            socket.setSoLinger(false, 0);
            assertThat(socket.getSoLinger()).isEqualTo(-1);
            assertThat(socket.getOOBInline()).isFalse();
            socket.setOOBInline(true);
            assertThat(socket.getOOBInline()).isTrue();
            socket.setReuseAddress(true);
            assertThat(socket.getReuseAddress()).isTrue();
        }
    }

    @Test
    void optionsSetBeforeConnectingAreKept() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0);
                Socket socket = lab.clients().createSocket()) {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSoTimeout(4321);
            socket.setSoLinger(true, 3);
            socket.connect(to(server));
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getSoTimeout()).isEqualTo(4321);
            assertThat(socket.getSoLinger()).isEqualTo(3);
        }
    }

    @Test
    void buffersHaveASize() throws Exception {
        try (Socket socket = lab.clients().createSocket()) {
            assertThat(socket.getSendBufferSize()).isPositive();
            assertThat(socket.getReceiveBufferSize()).isPositive();
            socket.setSendBufferSize(65_536);
            socket.setReceiveBufferSize(65_536);
            assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(65_536);
            assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(65_536);
        }
    }

    @Test
    void smallBuffersCarryMuch() throws Exception {
        byte[] data = new byte[300_000];
        try (ServerSocket server = lab.servers().createServerSocket();
                Socket client = lab.clients().createSocket()) {
            server.setReceiveBufferSize(8192);
            server.bind(null);
            client.setSendBufferSize(8192);
            client.connect(to(server));
            try (Socket accepted = server.accept()) {
                ThreadKind.Task<?> writer =
                        ThreadKind.VIRTUAL.run(
                                () -> {
                                    client.getOutputStream().write(data);
                                    client.shutdownOutput();
                                    return null;
                                });
                assertThat(accepted.getInputStream().readAllBytes()).hasSize(data.length);
                writer.get();
            }
        }
    }

    @Test
    void optionsHaveTheirOwnTypes() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            Socket socket = pair.client();
            assertThat(socket.supportedOptions())
                    .contains(
                            StandardSocketOptions.TCP_NODELAY,
                            StandardSocketOptions.SO_KEEPALIVE,
                            StandardSocketOptions.SO_LINGER,
                            StandardSocketOptions.SO_RCVBUF,
                            StandardSocketOptions.SO_SNDBUF,
                            ExtendedSocketOptions.TCP_KEEPIDLE,
                            ExtendedSocketOptions.TCP_KEEPINTERVAL,
                            ExtendedSocketOptions.TCP_KEEPCOUNT);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(socket.getTcpNoDelay()).isTrue();
            socket.setOption(StandardSocketOptions.SO_LINGER, 5);
            assertThat(socket.getSoLinger()).isEqualTo(5);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 77);
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(77);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 7);
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(7);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
            assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> socket.getOption(StandardSocketOptions.SO_BROADCAST))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    // ---- server sockets

    @ParameterizedTest
    @EnumSource
    void acceptTimesOutAndTheServerGoesOn(ThreadKind kind) throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0)) {
            server.setSoTimeout(30);
            assertThat(server.getSoTimeout()).isEqualTo(30);
            ThreadKind.Task<Socket> task = kind.run(server::accept);
            assertThatThrownBy(task::get)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Accept timed out");
            server.setSoTimeout(0);
            try (Socket client =
                            lab.clients().createSocket(lab.serverAddress(), server.getLocalPort());
                    Socket accepted = kind.run(server::accept).get()) {
                assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
                assertThat(accepted.getSoTimeout()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsABlockedAccept(ThreadKind kind) throws Exception {
        ServerSocket server = lab.servers().createServerSocket(0);
        ThreadKind.Task<Socket> task = kind.run(server::accept).begun();
        server.close();
        assertThatThrownBy(task::get)
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aVirtualThreadThatIsInterruptedInAcceptClosesTheServer() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0)) {
            ThreadKind.Task<Socket> task = ThreadKind.VIRTUAL.run(server::accept).begun();
            task.interrupt();
            assertThatThrownBy(task::get)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Closed by interrupt");
            assertThat(server.isClosed()).isTrue();
        }
    }

    @Test
    void manyThreadsAcceptAtOnce() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0, 200)) {
            List<ThreadKind.Task<Socket>> accepting = new ArrayList<>();
            for (int i = 0; i < 20; i++) accepting.add(ThreadKind.VIRTUAL.run(server::accept));
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(lab.clients().createSocket(lab.serverAddress(), server.getLocalPort()));
            }
            for (ThreadKind.Task<Socket> task : accepting) task.get().close();
            for (Socket client : clients) client.close();
        }
    }

    @Test
    void connectionsWaitToBeAccepted() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0, 50)) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket client =
                        lab.clients().createSocket(lab.serverAddress(), server.getLocalPort());
                client.getOutputStream().write(i);
                clients.add(client);
            }
            for (int i = 0; i < 10; i++) {
                try (Socket accepted = server.accept()) {
                    assertThat(accepted.getInputStream().read()).isEqualTo(i);
                }
                clients.get(i).close();
            }
        }
    }

    @Test
    void anUnboundServerDoesNotAccept() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket()) {
            assertThat(server.isBound()).isFalse();
            assertThat(server.getLocalPort()).isEqualTo(-1);
            assertThat(server.getLocalSocketAddress()).isNull();
            assertThatThrownBy(server::accept).isInstanceOf(SocketException.class);
            server.bind(null);
            assertThat(server.isBound()).isTrue();
            assertThat(server.getLocalPort()).isPositive();
            assertThat(server.getInetAddress().isAnyLocalAddress()).isTrue();
            assertThatThrownBy(() -> server.bind(null)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aPortIsListenedOnOnce() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0)) {
            int port = server.getLocalPort();
            assertThatThrownBy(() -> lab.servers().createServerSocket(port))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith("Address already in use");
        }
    }

    @Test
    @SuppressWarnings("try") // closed in the middle, on purpose
    void aClosedServersPortIsFreeAtOnce() throws Exception {
        int port;
        try (ServerSocket server = lab.servers().createServerSocket(0)) {
            port = server.getLocalPort();
            try (Socket client = lab.clients().createSocket(lab.serverAddress(), port);
                    Socket accepted = server.accept()) {
                accepted.close(); // so that TIME-WAIT is at the server
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
        try (ServerSocket again = lab.servers().createServerSocket()) {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(port));
            assertThat(again.getLocalPort()).isEqualTo(port);
        }
    }

    @Test
    void aServerIsBoundToOneAddress() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket(0, 10, lab.serverAddress())) {
            assertThat(server.getInetAddress()).isEqualTo(lab.serverAddress());
            assertThat(server.getLocalSocketAddress()).isEqualTo(to(server));
            try (Socket client =
                            lab.clients().createSocket(lab.serverAddress(), server.getLocalPort());
                    Socket accepted = server.accept()) {
                assertThat(client.getPort()).isEqualTo(accepted.getLocalPort());
            }
        }
    }

    @Test
    void aServerIsNotBoundToAnotherHostsAddress() throws Exception {
        InetAddress foreign = InetAddress.ofLiteral("192.0.2.77");
        assertThatThrownBy(() -> lab.servers().createServerSocket(0, 10, foreign))
                .isInstanceOf(BindException.class);
    }

    @Test
    void aClosedServerIsOfNoUse() throws Exception {
        ServerSocket server = lab.servers().createServerSocket(0);
        server.close();
        server.close();
        assertThat(server.isClosed()).isTrue();
        assertThat(server.isBound()).isTrue();
        assertThatThrownBy(server::accept).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> server.setSoTimeout(1)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> server.bind(null)).isInstanceOf(SocketException.class);
    }

    @Test
    void aClosedServerResetsThoseThatWait() throws Exception {
        ServerSocket server = lab.servers().createServerSocket(0);
        try (Socket client =
                lab.clients().createSocket(lab.serverAddress(), server.getLocalPort())) {
            server.close();
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void portsHaveARange(int port) {
        assertThatThrownBy(() -> lab.servers().createServerSocket(port))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lab.clients().createSocket(lab.serverAddress(), port))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void serverOptionsAreKept() throws Exception {
        try (ServerSocket server = lab.servers().createServerSocket()) {
            assertThat(server.supportedOptions())
                    .contains(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR);
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            assertThat(server.getReuseAddress()).isTrue();
            server.setReceiveBufferSize(32_768);
            assertThat(server.getReceiveBufferSize()).isGreaterThanOrEqualTo(32_768);
            assertThatThrownBy(() -> server.setOption(StandardSocketOptions.TCP_NODELAY, true))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> server.setSoTimeout(-1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
