package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;

import dev.adit.device.Device;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.session.CryptoProviderInfo;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.channels.ClosedChannelException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Carrying a packet allocates nothing once the code is compiled: two devices in this JVM, real
/// sockets between them, and a source and a sink in place of the interfaces. The same where lanes
/// seal and open, for packets that are dropped, and with a listener that counts drops by peer.
///
/// ```
///   Source ──► device a ══ 127.0.0.1 ══► device b ──► Sink
///   Sink   ◄── device a ◄═ 127.0.0.1 ══  device b ◄── Source
/// ```
class DataPathAllocationTest {
    private static final int STAGED = 64;

    /// How often the compiler may be given the time to finish its work.
    private static final int ROUNDS = 40;

    private static final int PACKETS = 100_000;

    @ParameterizedTest(name = "with {0} crypto threads")
    @CsvSource({"0, 2", "2, 127"})
    void nothingIsAllocatedForAPacket(int cryptoThreads, int burst) throws Exception {
        // The JDK's own cipher allocates for every message; that is why it is the second choice.
        assumeTrue(CryptoProviderInfo.name().startsWith("libcrypto"), "libcrypto is not in use");
        PrivateKey keyA = randomKey(), keyB = randomKey();
        Hose left = new Hose("10.9.0.1", "10.9.0.2", burst);
        Hose right = new Hose("10.9.0.2", "10.9.0.1", burst);
        left.other = right;
        right.other = left;
        DropCounter drops = new DropCounter();
        try (Device a = device(left, keyA, cryptoThreads, drops);
                Device b = device(right, keyB, cryptoThreads, drops)) {
            introduce(a, b, keyB, "10.9.0.2/32");
            introduce(b, a, keyA, "10.9.0.1/32");
            exchange(left, right, STAGED); // these wait for the handshake
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated >= PACKETS / 10; round++) {
                long before = allocatedByDevices();
                exchange(left, right, PACKETS);
                allocated = allocatedByDevices() - before;
            }
            // Far less than a byte for each: what is left is not for packets.
            assertThat(allocated)
                    .as("bytes for %d packets each way", PACKETS)
                    .isLessThan(PACKETS / 10);
            assertThat(drops.byPeer).hasSize(2);
            assertThat(drops.byPeer.values()).allMatch(count -> count.sum() > PACKETS / 200);
        }
    }

    private static void exchange(Hose left, Hose right, int packets) throws InterruptedException {
        left.open(packets);
        right.open(packets);
        left.awaitAll();
        right.awaitAll();
    }

    private static long allocatedByDevices() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("adit-")) {
                bytes += threads.getThreadAllocatedBytes(thread.threadId());
            }
        }
        return bytes;
    }

    private static PrivateKey randomKey() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new PrivateKey(MemorySegment.ofArray(bytes));
    }

    /// Counts the packets dropped for each peer.
    private static final class DropCounter implements DeviceListener {
        final Map<PeerIdentity, LongAdder> byPeer = new ConcurrentHashMap<>();

        @Override
        public void dropped(
                DropReason reason, PeerIdentity peer, int packets, DroppedPacket packet) {
            LongAdder counter = byPeer.get(peer);
            if (counter == null) counter = byPeer.computeIfAbsent(peer, key -> new LongAdder());
            counter.add(packets);
        }
    }

    private static Device device(
            Hose tun, PrivateKey key, int cryptoThreads, DeviceListener listener) throws Exception {
        Device device =
                Device.builder()
                        .tun(tun)
                        .binds(new LinuxBindFactory())
                        .cryptoThreads(cryptoThreads)
                        .listener(listener)
                        .build();
        device.configure(DeviceUpdate.builder().privateKey(key).build());
        return device;
    }

    private static void introduce(Device device, Device other, PrivateKey key, String prefix)
            throws Exception {
        int port = other.configuration().listenPort();
        PublicKey publicKey = key.publicKey();
        Endpoint endpoint = new Endpoint(IpAddress.parse("127.0.0.1").orElseThrow(), port);
        PeerUpdate.Builder peer =
                PeerUpdate.of(publicKey).endpoint(endpoint).replaceAllowedIps().allow(prefix);
        device.configure(DeviceUpdate.builder().peer(peer).build());
    }

    /// A source of packets and a sink for those of the other side. It never has more of them under
    /// way than a socket buffer holds, so none is lost, and it allocates nothing either.
    private static final class Hose implements Tun {
        private static final int LENGTH = 200;
        private static final int WINDOW = 256;
        private static final long PATIENCE = 60_000_000_000L;

        private final int source;
        private final int destination;
        private final int burst;
        private Hose other;
        private volatile int delivered;
        private volatile boolean closed;
        private int sent; // guarded by this, as is wanted
        private int wanted;

        /// @param burst packets that are read together, if so many may go
        Hose(String source, String destination, int burst) {
            this.burst = burst;
            this.source = (int) (IpAddress.parse(source).orElseThrow().high() >>> 32);
            this.destination = (int) (IpAddress.parse(destination).orElseThrow().high() >>> 32);
        }

        synchronized void open(int packets) {
            wanted += packets;
            notifyAll();
        }

        /// Waits until all that it may send has arrived.
        synchronized void awaitAll() throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE;
            while (other.delivered < wanted) {
                long left = deadline - System.nanoTime();
                if (left <= 0) throw new AssertionError(other.delivered + " of " + wanted);
                wait(Math.max(1, left / 1_000_000));
            }
        }

        @Override
        public void read(PacketBatch into) throws ClosedChannelException {
            int packets = await();
            into.clear();
            for (int i = 0; i < packets; i++) add(into, source);
            add(into, source + 100); // the other side drops it
        }

        private void add(PacketBatch into, int from) {
            int at = PacketBatch.HEADROOM + into.size() * 256;
            MemorySegment memory = into.memory();
            memory.set(ByteOrders.U8, at, (byte) 0x45);
            memory.set(ByteOrders.BE16, at + IpPacket.V4_TOTAL_LENGTH, (short) LENGTH);
            memory.set(ByteOrders.BE32, at + IpPacket.V4_SOURCE, from);
            memory.set(ByteOrders.BE32, at + IpPacket.V4_DESTINATION, destination);
            into.add(at, LENGTH);
        }

        /// How many packets may go now; waits until one may.
        private synchronized int await() throws ClosedChannelException {
            while (true) {
                if (closed) throw new ClosedChannelException();
                int room = Math.min(wanted - sent, WINDOW - (sent - other.delivered));
                if (room > 0) {
                    int packets = Math.min(room, burst);
                    sent += packets;
                    return packets;
                }
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new ClosedChannelException();
                }
            }
        }

        @Override
        public int write(PacketBatch packets, int from, int to) {
            delivered += to - from;
            other.proceed();
            return to - from;
        }

        private synchronized void proceed() {
            notifyAll();
        }

        @Override
        public String name() {
            return "hose";
        }

        @Override
        public int mtu() {
            return 1420;
        }

        @Override
        public void watch(Listener listener) {
            listener.state(true);
        }

        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }
}
