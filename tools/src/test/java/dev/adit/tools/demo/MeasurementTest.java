package dev.adit.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// The echoes and the transfer, without a tunnel.
@Timeout(60)
class MeasurementTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private int port;

    @BeforeEach
    void findAPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    @Test
    void everyEchoComesBack() throws IOException {
        inBackground(() -> UdpPing.serve(HERE, port));
        UdpPing.Figures figures = UdpPing.measure(HERE, port, 5);
        assertThat(figures.complete()).isTrue();
        assertThat(figures.received()).isEqualTo(5);
        assertThat(figures.least()).isPositive().isLessThanOrEqualTo(figures.sum() / 5);
        assertThat(figures.most()).isBetween(figures.sum() / 5, figures.sum());
        assertThat(UdpPing.Figures.parse(figures.toLine())).isEqualTo(figures);
        assertThat(figures.toString()).startsWith("5 of 5 answered, min/avg/max ");
    }

    @Test
    void aLostEchoIsMissed() throws IOException {
        inBackground(
                () -> {
                    // Answers all but every fourth.
                    try (DatagramSocket socket =
                            new DatagramSocket(new InetSocketAddress(HERE, port))) {
                        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                        for (int i = 0; ; i++) {
                            packet.setLength(100);
                            socket.receive(packet);
                            if (i % 4 != 2) socket.send(packet);
                        }
                    }
                });
        UdpPing.Figures figures = UdpPing.measure(HERE, port, 4);
        assertThat(figures.complete()).isFalse();
        assertThat(figures.sent()).isEqualTo(4);
        assertThat(figures.received()).isEqualTo(3);
    }

    @Test
    void aTransferArrivesUnchanged() throws IOException {
        inBackground(() -> BulkTransfer.serve(HERE, port));
        awaitServer();
        BulkTransfer.Figures figures = BulkTransfer.measure(HERE, port, 8 << 20, 30);
        assertThat(figures.intact()).isTrue();
        assertThat(figures.bytes()).isEqualTo(8 << 20);
        assertThat(figures.time()).isPositive();
        assertThat(BulkTransfer.Figures.parse(figures.toLine())).isEqualTo(figures);
        assertThat(figures.toString())
                .matches("8 MiB in \\d+\\.\\d\\d s: \\d+ Mbit/s, checksum correct");
    }

    @Test
    void aTransferEndsWhenTheTimeIsOver() throws IOException {
        inBackground(() -> BulkTransfer.serve(HERE, port));
        awaitServer();
        BulkTransfer.Figures figures = BulkTransfer.measure(HERE, port, Long.MAX_VALUE, 0);
        assertThat(figures.bytes()).isZero();
        assertThat(figures.intact()).isTrue();
    }

    @Test
    void aTransferThatArrivesChangedIsNotIntact() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(HERE, port));
            inBackground(
                    () -> {
                        SocketChannel channel = server.accept();
                        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                        while (channel.read(buffer.clear()) >= 0) {}
                        channel.write(ByteBuffer.allocate(16).putLong(1 << 20).putLong(1).flip());
                        channel.close();
                    });
            assertThat(BulkTransfer.measure(HERE, port, 1 << 20, 30).intact()).isFalse();
        }
    }

    private interface Body {
        void run() throws IOException;
    }

    private static void inBackground(Body body) {
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                body.run();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    private void awaitServer() {
        while (true) {
            try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(HERE, port))) {
                channel.shutdownOutput();
                return;
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
    }
}
