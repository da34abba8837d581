package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ClientSocket;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Errno;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

class MarkedSocketTest {
    private final BindFactory factory = new LinuxBindFactory();

    private ClientSocket connect(boolean stream, SocketAddress to) throws IOException {
        try {
            return factory.connect(stream, (InetSocketAddress) to, 51820, 5_000);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EPERM) return abort("no CAP_NET_ADMIN here");
            throw e;
        }
    }

    private static InetSocketAddress loopback(String literal) {
        if (literal.contains(":")) Host.requireInet6();
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesDatagrams(String literal) throws IOException {
        try (DatagramSocket server = new DatagramSocket(loopback(literal));
                ClientSocket socket = connect(false, server.getLocalSocketAddress())) {
            assertThat(socket.localAddress()).isEqualTo(InetAddress.ofLiteral(literal));
            socket.write(new byte[] {1, 2, 3});
            DatagramPacket got = new DatagramPacket(new byte[9], 9);
            server.receive(got);
            assertThat(got.getLength()).isEqualTo(3);
            server.send(new DatagramPacket(new byte[] {4, 5}, 2, got.getSocketAddress()));
            byte[] buffer = new byte[9];
            assertThat(socket.read(buffer, 1, 5_000)).isEqualTo(2);
            assertThat(buffer).startsWith(0, 4, 5, 0);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> socket.read(buffer, 0, 10));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesAStreamToItsEnd(String literal) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(loopback(literal));
            try (ClientSocket socket = connect(true, server.getLocalSocketAddress())) {
                byte[] buffer = new byte[9];
                try (Socket accepted = server.accept()) {
                    socket.write(new byte[] {1, 2, 3});
                    assertThat(accepted.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
                    accepted.getOutputStream().write(new byte[] {4, 5});
                    assertThat(socket.read(buffer, 0, 5_000)).isPositive();
                }
                int got;
                do got = socket.read(buffer, 0, 5_000);
                while (got > 0);
                assertThat(got).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPortWhereNothingListensIsRefusedAtOnce(boolean stream) throws IOException {
        InetSocketAddress closed;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            closed = (InetSocketAddress) server.getLocalSocketAddress();
        }
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(
                        () -> {
                            try (ClientSocket socket = connect(stream, closed)) {
                                socket.write(new byte[1]);
                                socket.read(new byte[1], 0, 5_000);
                            }
                        })
                .withMessageContaining("ECONNREFUSED");
    }
}
