package dev.adit.net.channels;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.net.lab.Await;
import dev.adit.net.lab.JoinedStacks;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// A selector with very many channels of which few are ready.
class ManyConnectionsTest {
    private static final int IDLE = 10_000;
    private static final int SELECTIONS = 2_000;

    /// A scan of 10,000 keys takes hundreds of microseconds, at the very least 10 ns for each.
    private static final double MOST_TIMES = 20;

    private final List<SocketChannel> open = new ArrayList<>();

    @Test
    void aSelectionCostsWhatIsReadyAndNotWhatIsRegistered() throws Exception {
        try (JoinedStacks stacks = new JoinedStacks();
                ServerSocketChannel listening = listening(stacks);
                Selector few = selector(stacks);
                Selector many = selector(stacks)) {
            SocketChannel client = connect(stacks, listening, few);
            SocketChannel other = connect(stacks, listening, many);
            for (int i = 0; i < IDLE; i++) connect(stacks, listening, many);
            assertThat(many.keys()).hasSize(IDLE + 1);
            many.selectNow();
            client.write(ByteBuffer.allocate(1));
            other.write(ByteBuffer.allocate(1));
            double ratio = Double.MAX_VALUE;
            for (int round = 0; round < 20 && ratio > MOST_TIMES; round++) {
                ratio = (double) nanos(many) / nanos(few);
            }
            assertThat(ratio).as("times as long with %d idle", IDLE).isLessThan(MOST_TIMES);
            assertThat(allocated(many)).as("bytes for a selection").isLessThan(1_000);
        }
    }

    @Test
    void everyOneOfThemIsHeard() throws Exception {
        try (JoinedStacks stacks = new JoinedStacks();
                ServerSocketChannel listening = listening(stacks);
                Selector many = selector(stacks)) {
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) clients.add(connect(stacks, listening, many));
            for (SocketChannel client : clients) client.write(ByteBuffer.allocate(1));
            int[] heard = {0};
            Await.until(
                    "all",
                    () -> {
                        many.select(key -> heard[0] += read(key), 100);
                        return heard[0] >= clients.size();
                    });
            assertThat(heard[0]).isEqualTo(clients.size());
            assertThat(many.selectNow()).isZero();
        }
    }

    private static int read(SelectionKey key) {
        try {
            return ((SocketChannel) key.channel()).read(ByteBuffer.allocate(9));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ServerSocketChannel listening(JoinedStacks stacks) throws IOException {
        return new TunnelSelectorProvider(stacks.right)
                .openServerSocketChannel()
                .bind(new InetSocketAddress("10.0.0.2", 80));
    }

    private static Selector selector(JoinedStacks stacks) {
        return new TunnelSelectorProvider(stacks.right).openSelector();
    }

    /// Opens a connection, whose server's end is registered for reading.
    private SocketChannel connect(
            JoinedStacks stacks, ServerSocketChannel listening, Selector selector)
            throws IOException {
        SocketChannel client = new TunnelSelectorProvider(stacks.left).openSocketChannel();
        client.connect(listening.getLocalAddress());
        SocketChannel server = listening.accept();
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_READ);
        open.add(client);
        open.add(server);
        return client;
    }

    /// How long selections take of which each finds one channel.
    private static long nanos(Selector selector) throws IOException {
        long begin = System.nanoTime();
        for (int i = 0; i < SELECTIONS; i++) {
            if (selector.select() != 1) throw new AssertionError("one is ready");
            selector.selectedKeys().clear();
        }
        return System.nanoTime() - begin;
    }

    private static long allocated(Selector selector) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < SELECTIONS; i++) {
            selector.select();
            selector.selectedKeys().clear();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / SELECTIONS;
    }
}
