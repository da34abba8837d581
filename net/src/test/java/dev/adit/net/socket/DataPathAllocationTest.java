package dev.adit.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.TunnelStack;
import dev.adit.net.lab.Pump;
import dev.adit.net.names.SystemNames;
import dev.adit.stack.StackConfig;
import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/// Carrying bytes from one program to another allocates nothing for a packet: neither the threads
/// that carry packets do, nor those of the programs.
class DataPathAllocationTest {
    /// How often the compiler may be given the time to finish its work.
    private static final int ROUNDS = 40;

    private static final int BYTES = 30_000_000;

    private static TunnelStack stack(String address) {
        IpAddress own = IpAddress.parse(address).orElseThrow();
        StackConfig config = StackConfig.of(1420, new StackConfig.Address(own, 24));
        return new TunnelStack(
                address, config, TcpOptions.DEFAULT, new SystemNames(), destination -> "");
    }

    @Test
    void nothingIsAllocatedForAPacket() throws Exception {
        TunnelStack left = stack("10.0.0.1"), right = stack("10.0.0.2");
        Pump there = new Pump(left.tun(), right.tun()), back = new Pump(right.tun(), left.tun());
        there.start();
        back.start();
        try (ServerSocket listening = new TunnelServerSocketFactory(right).createServerSocket(80);
                Socket client = new TunnelSocketFactory(left).createSocket("10.0.0.2", 80);
                Socket server = listening.accept()) {
            Thread writer = Thread.ofPlatform().start(() -> fill(client));
            measure(server.getInputStream(), there, back, writer);
        } finally {
            for (TunnelStack one : List.of(left, right)) {
                one.close(Duration.ofMillis(100).toNanos());
                one.tun().close();
            }
            there.join();
            back.join();
            left.release();
            right.release();
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
