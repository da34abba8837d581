package dev.adit.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.net.core.TunnelStack;
import dev.adit.net.lab.Await;
import dev.adit.net.lab.JoinedStacks;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

import javax.net.SocketFactory;

/// Sockets over which nothing flows take little memory: 10,000 of them at most 32 MB.
class IdleMemoryTest {
    private static final int CONNECTIONS = 10_000;
    private static final long MOST = 32_000_000;
    private static final int BYTES = 10_000; // that each has carried each way before it is idle

    /// Both ends are in this program, so there are twice as many sockets as are counted.
    @Test
    void tenThousandTakeAtMost32Megabytes() throws Exception {
        List<Socket> open = new ArrayList<>(2 * CONNECTIONS);
        try (JoinedStacks stacks = new JoinedStacks();
                ServerSocket listening =
                        new TunnelServerSocketFactory(stacks.right).createServerSocket(80)) {
            SocketFactory sockets = new TunnelSocketFactory(stacks.left);
            open(sockets, listening, open); // what there is anyhow, and classes
            long before = heap();
            for (int i = 0; i < CONNECTIONS; i++) open(sockets, listening, open);
            for (TunnelStack stack : stacks.both()) {
                Await.until("queues are empty", () -> stack.stack().stats().memory() == 0);
            }
            long each = (heap() - before) / 2 / CONNECTIONS;
            assertThat(open).hasSize(2 * CONNECTIONS + 2).allMatch(Socket::isConnected);
            assertThat(each).as("bytes of heap for each").isBetween(200L, MOST / CONNECTIONS);
        }
    }

    /// Opens a connection and uses it in both directions.
    private static void open(SocketFactory sockets, ServerSocket listening, List<Socket> open)
            throws IOException {
        Socket client = sockets.createSocket("10.0.0.2", 80);
        Socket server = listening.accept();
        carry(client, server);
        carry(server, client);
        open.add(client);
        open.add(server);
    }

    private static void carry(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(new byte[BYTES]);
        assertThat(to.getInputStream().readNBytes(BYTES)).hasSize(BYTES);
    }

    /// Bytes of the heap in use: the least that is seen after a collection.
    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            least = Math.min(least, used);
        }
        return least;
    }
}
