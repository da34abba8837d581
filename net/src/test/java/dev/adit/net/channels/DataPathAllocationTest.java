package dev.adit.net.channels;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

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

/// Carrying bytes from one channel to another, by a selector at each end, allocates nothing for a
/// packet.
class DataPathAllocationTest {
    /// How often the compiler may be given the time to finish its work.
    private static final int ROUNDS = 40;

    private static final int BYTES = 30_000_000;

    @Test
    void nothingIsAllocatedForAPacket() throws Exception {
        try (JoinedStacks stacks = new JoinedStacks();
                ServerSocketChannel listening =
                        new TunnelSelectorProvider(stacks.right).openServerSocketChannel();
                SocketChannel client =
                        new TunnelSelectorProvider(stacks.left).openSocketChannel()) {
            listening.bind(new InetSocketAddress("10.0.0.2", 80));
            client.connect(listening.getLocalAddress());
            try (SocketChannel server = listening.accept()) {
                Thread writer = Thread.ofPlatform().start(() -> fill(client));
                measure(server, stacks.there, stacks.back, writer);
            }
        }
    }

    private static void measure(SocketChannel in, Thread... others) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        long packets = BYTES / 1368;
        long allocated = Long.MAX_VALUE;
        try (Selector selector = selector(in, SelectionKey.OP_READ)) {
            for (int round = 0; round < ROUNDS && allocated >= 8 * packets; round++) {
                long before = allocated(others);
                for (int done = 0; done < BYTES; done += in.read(buffer.clear())) {
                    selector.select();
                    selector.selectedKeys().clear();
                }
                allocated = allocated(others) - before;
            }
        }
        // A read, a write and a selection for many packets have some objects of their own; one for
        // each packet would be 16 bytes at least.
        assertThat(allocated).as("bytes for %d packets", packets).isLessThan(8 * packets);
    }

    private static void fill(SocketChannel to) {
        ByteBuffer data = ByteBuffer.allocateDirect(1 << 16);
        try (Selector selector = selector(to, SelectionKey.OP_WRITE)) {
            while (to.isOpen()) {
                if (to.write(data.clear()) == data.capacity()) continue;
                selector.select();
                selector.selectedKeys().clear();
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static Selector selector(SocketChannel of, int operations) throws IOException {
        Selector selector = of.provider().openSelector();
        of.configureBlocking(false);
        of.register(selector, operations);
        return selector;
    }

    private static long allocated(Thread... others) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = threads.getCurrentThreadAllocatedBytes();
        for (Thread thread : others) sum += threads.getThreadAllocatedBytes(thread.threadId());
        return sum;
    }
}
