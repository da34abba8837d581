package dev.adit.net.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.Random;

/// What datagram sockets do.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatagramConformance {
    private final SocketLab lab = lab();

    abstract SocketLab lab();

    @AfterAll
    void close() {
        lab.close();
    }

    private InetSocketAddress to(DatagramSocket server) {
        return new InetSocketAddress(lab.serverAddress(), server.getLocalPort());
    }

    private static byte[] random(int bytes) {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        return data;
    }

    private static DatagramPacket receive(DatagramSocket from, int room) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[room], room);
        from.setSoTimeout(30_000);
        from.receive(packet);
        return packet;
    }

    private static byte[] bytes(DatagramPacket packet) {
        return java.util.Arrays.copyOfRange(
                packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1392, 1393, 5000, 65_507})
    void datagramsOfAnySizeArriveWhole(int bytes) throws Exception {
        byte[] data = random(bytes);
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            client.send(new DatagramPacket(data, bytes, to(server)));
            DatagramPacket got = receive(server, 65_535);
            assertThat(bytes(got)).isEqualTo(data);
            assertThat(got.getAddress()).isEqualTo(lab.clientAddress());
            assertThat(got.getPort()).isEqualTo(client.getLocalPort());
        }
    }

    @Test
    void anAnswerGoesBackToTheSender() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            client.send(new DatagramPacket(random(10), 10, to(server)));
            DatagramPacket packet = receive(server, 100);
            server.send(packet);
            assertThat(bytes(receive(client, 100))).isEqualTo(random(10));
        }
    }

    @Test
    void whatDoesNotFitIsCut() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            client.send(new DatagramPacket(random(100), 100, to(server)));
            client.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, to(server)));
            assertThat(receive(server, 10).getLength()).isEqualTo(10);
            assertThat(bytes(receive(server, 10))).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aPacketIsReceivedIntoAgainAndAgain() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            server.setSoTimeout(30_000);
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            for (int size : new int[] {3, 50, 1, 100}) {
                client.send(new DatagramPacket(random(size), size, to(server)));
                server.receive(packet);
                assertThat(bytes(packet)).isEqualTo(random(size));
            }
        }
    }

    @Test
    void aPacketIsReceivedAtItsOffset() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            server.setSoTimeout(30_000);
            client.send(new DatagramPacket(new byte[] {9, 8, 7, 6}, 1, 2, to(server)));
            DatagramPacket packet = new DatagramPacket(new byte[10], 4, 6);
            server.receive(packet);
            assertThat(packet.getOffset()).isEqualTo(4);
            assertThat(packet.getLength()).isEqualTo(2);
            assertThat(packet.getData()).containsExactly(0, 0, 0, 0, 8, 7, 0, 0, 0, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiveTimesOutAndTheSocketGoesOn(ThreadKind kind) throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            server.setSoTimeout(30);
            DatagramPacket packet = new DatagramPacket(new byte[10], 10);
            ThreadKind.Task<?> task =
                    kind.run(
                            () -> {
                                server.receive(packet);
                                return null;
                            });
            assertThatThrownBy(task::get)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Receive timed out");
            client.send(new DatagramPacket(random(3), 3, to(server)));
            assertThat(receive(server, 10).getLength()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // closed in the middle, on purpose
    void closingEndsABlockedReceive(ThreadKind kind) throws Exception {
        try (DatagramSocket server = lab.serverDatagrams()) {
            ThreadKind.Task<?> task =
                    kind.run(
                                    () -> {
                                        server.receive(new DatagramPacket(new byte[1], 1));
                                        return null;
                                    })
                            .begun();
            server.close();
            assertThatThrownBy(task::get)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void aVirtualThreadThatIsInterruptedInReceiveClosesTheSocket() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams()) {
            ThreadKind.Task<?> task =
                    ThreadKind.VIRTUAL
                            .run(
                                    () -> {
                                        server.receive(new DatagramPacket(new byte[1], 1));
                                        return null;
                                    })
                            .begun();
            task.interrupt();
            assertThatThrownBy(task::get)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Closed by interrupt");
            assertThat(server.isClosed()).isTrue();
        }
    }

    @Test
    void aConnectedSocketHearsItsPeerOnly() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams();
                DatagramSocket stranger = lab.clientDatagrams()) {
            server.connect(new InetSocketAddress(lab.clientAddress(), client.getLocalPort()));
            assertThat(server.isConnected()).isTrue();
            assertThat(server.getPort()).isEqualTo(client.getLocalPort());
            assertThat(server.getInetAddress()).isEqualTo(lab.clientAddress());
            assertThat(server.getRemoteSocketAddress())
                    .isEqualTo(new InetSocketAddress(lab.clientAddress(), client.getLocalPort()));
            stranger.send(new DatagramPacket(random(5), 5, to(server)));
            client.send(new DatagramPacket(random(6), 6, to(server)));
            assertThat(receive(server, 100).getLength()).isEqualTo(6);
            server.disconnect();
            assertThat(server.isConnected()).isFalse();
            assertThat(server.getPort()).isEqualTo(-1);
            assertThat(server.getInetAddress()).isNull();
            stranger.send(new DatagramPacket(random(7), 7, to(server)));
            assertThat(receive(server, 100).getLength()).isEqualTo(7);
        }
    }

    @Test
    void aConnectedSocketSendsToItsPeerOnly() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            client.connect(to(server));
            client.send(new DatagramPacket(random(4), 4));
            assertThat(receive(server, 100).getLength()).isEqualTo(4);
            InetSocketAddress other = new InetSocketAddress(lab.serverAddress(), 9);
            assertThatThrownBy(() -> client.send(new DatagramPacket(random(4), 4, other)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aConnectedSocketHearsThatThePortIsUnreachable() throws Exception {
        int port;
        try (DatagramSocket server = lab.serverDatagrams()) {
            port = server.getLocalPort();
        }
        try (DatagramSocket client = lab.clientDatagrams()) {
            client.connect(new InetSocketAddress(lab.serverAddress(), port));
            client.send(new DatagramPacket(random(4), 4));
            assertThatThrownBy(() -> receive(client, 10))
                    .isInstanceOf(PortUnreachableException.class);
        }
    }

    @Test
    void aPacketWithoutAddressGoesNowhere() throws Exception {
        try (DatagramSocket client = lab.clientDatagrams()) {
            assertThatThrownBy(() -> client.send(new DatagramPacket(new byte[1], 1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aDatagramCanBeTooLong() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams();
                DatagramSocket client = lab.clientDatagrams()) {
            DatagramPacket packet = new DatagramPacket(new byte[65_508], 65_508, to(server));
            assertThatThrownBy(() -> client.send(packet)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPortIsBoundOnce() throws Exception {
        try (DatagramSocket server = lab.serverDatagrams()) {
            assertThat(server.isBound()).isTrue();
            assertThat(server.getLocalPort()).isPositive();
            assertThatThrownBy(() -> server.bind(null)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aClosedSocketIsOfNoUse() throws Exception {
        DatagramSocket socket = lab.clientDatagrams();
        socket.close();
        socket.close();
        assertThat(socket.isClosed()).isTrue();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getLocalAddress()).isNull();
        assertThat(socket.getLocalSocketAddress()).isNull();
        InetSocketAddress somewhere = new InetSocketAddress(lab.serverAddress(), 9);
        assertThatThrownBy(() -> socket.send(new DatagramPacket(new byte[1], 1, somewhere)))
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[1], 1)))
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> socket.setSoTimeout(1)).isInstanceOf(SocketException.class);
    }

    @Test
    void optionsAreKept() throws Exception {
        try (DatagramSocket socket = lab.clientDatagrams()) {
            assertThat(socket.getSoTimeout()).isZero();
            socket.setSoTimeout(55);
            assertThat(socket.getSoTimeout()).isEqualTo(55);
            socket.setBroadcast(false);
            assertThat(socket.getBroadcast()).isFalse();
            socket.setReceiveBufferSize(32_768);
            assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(32_768);
            socket.setSendBufferSize(32_768);
            assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(32_768);
            socket.setOption(StandardSocketOptions.SO_SNDBUF, 16_384);
            assertThat(socket.getOption(StandardSocketOptions.SO_SNDBUF)).isPositive();
            assertThat(socket.supportedOptions()).contains(StandardSocketOptions.SO_RCVBUF);
            assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.TCP_NODELAY, true))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> socket.setSoTimeout(-1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setSendBufferSize(0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setTrafficClass(-1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(socket.getChannel()).isNull();
        }
    }
}
