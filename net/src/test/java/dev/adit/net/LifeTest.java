package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.lab.Await;
import dev.adit.net.lab.TwoNetworks;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Networks come and go without a trace.
class LifeTest {
    private static final int PAIRS = Integer.getInteger("adit.networks", 1000) / 2;

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("adit-left-"))
                .count();
    }

    @Test
    void manyNetworksAreOpenedAndClosedUnderLoad() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < PAIRS; i++) {
                List<Future<?>> busy = new ArrayList<>();
                TwoNetworks two = new TwoNetworks();
                ServerSocket listening = two.right.listen(80);
                busy.add(threads.submit(() -> drain(listening)));
                Socket client = two.left.socketFactory().createSocket("10.0.0.2", 80);
                busy.add(threads.submit(() -> fill(client)));
                busy.add(threads.submit(() -> two.left.listen(81).accept()));
                client.getInputStream().read(); // so that bytes were carried
                if (i % 3 == 0) two.right.close(Duration.ZERO);
                if (i % 3 == 1) two.left.close(Duration.ofMillis(1));
                two.close();
                for (Future<?> one : busy) {
                    Await.until("the end of what was blocked", one::isDone);
                }
            }
        }
        assertThat(threads()).isZero();
    }

    private static Void drain(ServerSocket listening) throws IOException {
        try (Socket in = listening.accept()) {
            byte[] buffer = new byte[1 << 16];
            in.getOutputStream().write(1);
            while (in.getInputStream().read(buffer) > 0) {}
        }
        return null;
    }

    private static Void fill(Socket client) throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (true) client.getOutputStream().write(buffer);
    }

    @Test
    void aNetworkHasFewThreadsHoweverManySocketsItHas() throws Exception {
        try (TwoNetworks two = new TwoNetworks();
                ServerSocket listening =
                        two.right.serverSocketFactory().createServerSocket(80, 500)) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sockets.add(two.left.socketFactory().createSocket("10.0.0.2", 80));
            }
            assertThat(threads()).isBetween(1L, 5L);
            assertThat(two.left.status().connections()).hasSize(100);
            assertThat(listening.isBound()).isTrue();
            for (Socket socket : sockets) socket.close();
        }
        assertThat(threads()).isZero();
    }

    @Test
    void noSocketOfTheHostIsOpened() throws Exception {
        long before = hostSockets();
        try (TwoNetworks two = new TwoNetworks();
                ServerSocket listening = two.right.listen(80);
                Socket client = two.left.socketFactory().createSocket("10.0.0.2", 80)) {
            two.left
                    .datagrams(7)
                    .send(new DatagramPacket(new byte[1], 1, new InetSocketAddress("10.0.0.2", 8)));
            assertThat(client.isConnected()).isTrue();
            assertThat(hostSockets()).isEqualTo(before);
            assertThat(listening.isBound()).isTrue();
        }
    }

    private static long hostSockets() throws IOException {
        Path fds = Path.of("/proc/self/fd");
        if (!Files.isDirectory(fds)) return 0;
        try (Stream<Path> all = Files.list(fds)) {
            return all.filter(LifeTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void theMemoryOfConnectionsIsFreed() throws Exception {
        try (TwoNetworks two = new TwoNetworks();
                ServerSocket listening = two.right.listen(80)) {
            for (int i = 0; i < 20; i++) {
                try (Socket client = two.left.socketFactory().createSocket("10.0.0.2", 80);
                        Socket server = listening.accept()) {
                    client.getOutputStream().write(new byte[200_000]);
                    server.getInputStream().readNBytes(200_000);
                }
            }
            Await.until("memory to be free", () -> two.left.status().memory() == 0);
            Await.until("memory to be free", () -> two.right.status().memory() == 0);
            Await.until("connections to end", () -> two.left.status().connections().isEmpty());
        }
    }

    @Test
    void closingTwiceIsClosingOnce() {
        TwoNetworks two = new TwoNetworks();
        two.left.close();
        two.left.close(Duration.ofDays(1));
        assertThat(two.left.isOpen()).isFalse();
        two.close();
    }

    @Test
    void theListenerOfAClosedNetworkIsClosedWithoutHarm() throws Exception {
        TwoNetworks two = new TwoNetworks();
        ServerSocket listening = two.left.listen(80);
        Socket socket = two.left.socketFactory().createSocket();
        two.close();
        listening.close();
        socket.close();
        assertThatThrownBy(listening::accept).isInstanceOf(SocketException.class);
    }
}
