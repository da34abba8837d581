package dev.adit.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.net.lab.JoinedStacks;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;

/// Carrying bytes from one program to another allocates nothing for a packet: neither the threads
/// that carry packets do, nor those of the programs.
class DataPathAllocationTest {
    /// How often the compiler may be given the time to finish its work.
    private static final int ROUNDS = 40;

    private static final int BYTES = 30_000_000;

    @Test
    void nothingIsAllocatedForAPacket() throws Exception {
        try (JoinedStacks stacks = new JoinedStacks();
                ServerSocket listening =
                        new TunnelServerSocketFactory(stacks.right).createServerSocket(80);
                Socket client = new TunnelSocketFactory(stacks.left).createSocket("10.0.0.2", 80);
                Socket server = listening.accept()) {
            Thread writer = Thread.ofPlatform().start(() -> fill(client));
            measure(server.getInputStream(), stacks.there, stacks.back, writer);
        }
    }

    private static void measure(InputStream in, Thread... others) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long allocated = Long.MAX_VALUE;
        long packets = BYTES / 1368;
        for (int round = 0; round < ROUNDS && allocated >= 8 * packets; round++) {
            long before = allocated(others);
            for (int done = 0; done < BYTES; ) done += in.read(buffer);
            allocated = allocated(others) - before;
        }
        // A read or a write of many packets has an object or two of its own; one for each packet
        // would be 16 bytes at least.
        assertThat(allocated).as("bytes for %d packets", packets).isLessThan(8 * packets);
    }

    private static void fill(Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            byte[] data = new byte[1 << 16];
            while (true) out.write(data);
        } catch (IOException closed) {
            return;
        }
    }

    private static long allocated(Thread... others) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = threads.getCurrentThreadAllocatedBytes();
        for (Thread thread : others) sum += threads.getThreadAllocatedBytes(thread.threadId());
        return sum;
    }
}
