package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.sim.Packets;
import dev.adit.stack.sim.RawPeer;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.stats.Counter;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Peers that mean harm: what they can make the stack spend has bounds.
class HostileTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MIB = 1 << 20;
    private static final byte[] NONE = {};

    /// MSS 1380, SACK permitted, window scale 7.
    private static final byte[] USUAL = {2, 4, 5, 100, 1, 1, 4, 2, 1, 3, 3, 7};

    private static long count(RawPeer peer, Counter counter) {
        return peer.stack.stats().counters().getOrDefault(counter, 0L);
    }

    @Test
    void aFloodOfSynsLeavesRoomForOthers() throws Exception {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
            Random random = new Random(1);
            for (int i = 0; i < 50_000; i++) {
                IpAddress from = IpAddress.v4(0x0a000000 | 0x100 + random.nextInt(1 << 20));
                peer.tcp(
                        from, 1024 + random.nextInt(60_000), 80, RawPeer.SYN, i, 0, 1000, USUAL, 0);
                if (i % 64 == 0) peer.packets();
            }
            peer.packets();
            assertThat(peer.stack.stats().connections()).isLessThanOrEqualTo(256);
            assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(MIB);
            assertThat(count(peer, Counter.TCP_SYN_COOKIES_SENT)).isGreaterThan(49_000);

            int first = peer.establish(SimPair.B4, 5555, 80, 2000, USUAL);
            Connection accepted = listener.accept();
            assertThat(accepted).isNotNull();
            assertThat(accepted.state()).isEqualTo(ConnectionState.ESTABLISHED);
            assertThat(count(peer, Counter.TCP_SYN_COOKIES_ACCEPTED)).isEqualTo(1);
            peer.tcp(SimPair.B4, 5555, 80, RawPeer.ACK, 1001, first, 2000, NONE, 100);
            assertThat(accepted.available()).isEqualTo(100);

            peer.pass(120 * SECOND);
            assertThat(peer.stack.stats().connections()).isEqualTo(1);
        }
    }

    @Test
    void aForgedCookieIsReset() throws Exception {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
            for (int i = 0; i < 300; i++) {
                peer.tcp(SimPair.B4, 2000 + i, 80, RawPeer.SYN, i, 0, 1000, USUAL, 0);
            }
            peer.packets();
            Random random = new Random(2);
            for (int i = 0; i < 900; i++) {
                peer.tcp(SimPair.B4, 9, 80, RawPeer.ACK, 1, random.nextInt(), 1000, NONE, 0);
            }
            assertThat(listener.accept()).isNull();
            assertThat(peer.segments()).hasSize(900).allMatch(s -> (s.flags() & RawPeer.RST) != 0);
        }
    }

    @Test
    void resetsToStrangersAreRateLimited() {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            for (int i = 0; i < 5000; i++) {
                peer.tcp(SimPair.B4, 1 + i, 81, RawPeer.SYN, i, 0, 1000, NONE, 0);
                if (i % 64 == 0) peer.packets();
            }
            assertThat(count(peer, Counter.TCP_RESETS_SENT)).isEqualTo(1000);
            assertThat(count(peer, Counter.RATE_LIMITED)).isEqualTo(4000);
        }
    }

    /// The smallest segments there can be, and thousands of holes between them (CVE-2019-11477 to
    /// 11479).
    @Test
    void thousandsOfHolesInSmallSegmentsCostLittle() throws Exception {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
            byte[] tiny = {2, 4, 0, 1, 1, 1, 4, 2, 1, 3, 3, 14};
            int first = peer.establish(SimPair.B4, 5555, 80, 60_000, tiny);
            Connection c = listener.accept();
            assertThat(c.info().maxSegment()).isGreaterThanOrEqualTo(48);
            byte[] data = new byte[1 << 16];
            int highest = first;
            // So that the window is large: all is acknowledged at first.
            for (int round = 0; round < 30; round++) {
                while (c.write(peer.now, MemorySegment.ofArray(data), 0, data.length) > 0) {}
                for (RawPeer.Sent s : peer.segments()) {
                    int end = s.sequence() + s.length();
                    if (end - highest > 0) highest = end;
                }
                if (round == 29) break;
                peer.now += 10_000_000;
                peer.tcp(SimPair.B4, 5555, 80, RawPeer.ACK, 1001, highest, 60_000, NONE, 0);
            }
            int una = highest - (int) c.info().inFlight();
            assertThat(c.info().inFlight()).isGreaterThan(200_000);
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int at = una + 100; highest - at > 50; at += 100) {
                peer.tcp(
                        SimPair.B4, 5555, 80, RawPeer.ACK, 1001, una, 60_000, sack(at, at + 50), 0);
                if (at % 64 == 0) peer.segments();
            }
            long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
            assertThat(took).as("nanoseconds of this thread").isLessThan(5 * SECOND);
            assertThat(c.ending()).isNull();
            assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(9 * MIB);
            peer.tcp(SimPair.B4, 5555, 80, RawPeer.ACK, 1001, highest, 60_000, NONE, 0);
            assertThat(c.info().inFlight()).isNotNegative();
        }
    }

    /// Options of every kind and every length that fits, at the end of memory.
    @Test
    void optionsAreNotReadBeyondThePacket() throws Exception {
        try (RawPeer peer = new RawPeer(MIB);
                PacketBatch in = new PacketBatch(1, 4096)) {
            peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
            for (int kind = 0; kind < 256; kind++) {
                for (int length = 0; length <= 12; length++) {
                    byte[] tcp = new byte[20 + Math.max(4, (length + 3) / 4 * 4)];
                    Arrays.fill(tcp, 20, tcp.length, (byte) 1);
                    int at = tcp.length - Math.max(1, length);
                    tcp[at] = (byte) kind;
                    if (length > 1) tcp[at + 1] = (byte) length;
                    tcp[3] = 80;
                    tcp[12] = (byte) (tcp.length / 4 << 4);
                    tcp[13] = RawPeer.SYN;
                    deliverAtTheEnd(peer, in, tcp);
                }
            }
            assertThat(count(peer, Counter.TCP_SEGMENTS_RECEIVED)).isEqualTo(256 * 13);
        }
    }

    private static void deliverAtTheEnd(RawPeer peer, PacketBatch in, byte[] tcp) {
        byte[] packet = Packets.ip(SimPair.B4, SimPair.A4, IpPacket.TCP, 0, tcp);
        int at = (int) in.memory().byteSize() - packet.length;
        in.clear();
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, in.memory(), at, packet.length);
        in.add(at, packet.length);
        peer.stack.receive(peer.now, in, 0, 1);
        peer.packets();
    }

    private static byte[] sack(int from, int to) {
        byte[] option = new byte[12];
        option[0] = option[1] = 1;
        option[2] = 5;
        option[3] = 10;
        MemorySegment m = MemorySegment.ofArray(option);
        m.set(ByteOrders.BE32, 4, from);
        m.set(ByteOrders.BE32, 8, to);
        return option;
    }

    @Test
    void whatIsOutOfOrderStaysWithinTheBudget() throws Exception {
        long budget = 4 * MIB;
        try (RawPeer peer = new RawPeer(budget)) {
            peer.stack.listen(peer.now, null, 80, 1000, TcpOptions.DEFAULT);
            for (int i = 0; i < 200; i++) {
                int first = peer.establish(SimPair.B4, 2000 + i, 80, 1000, USUAL);
                for (int k = 0; k < 200; k++) {
                    peer.tcp(
                            SimPair.B4,
                            2000 + i,
                            80,
                            RawPeer.ACK,
                            1001 + 600 * (k + 1),
                            first,
                            1000,
                            NONE,
                            1);
                }
                peer.packets();
                assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(budget);
            }
            // Never more than three quarters: what is in order still has room.
            assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(budget / 4 * 3 + 300_000);
            int first = peer.establish(SimPair.B4, 9000, 80, 1000, USUAL);
            peer.tcp(SimPair.B4, 9000, 80, RawPeer.ACK, 1001, first, 1000, NONE, 1000);
            assertThat(peer.segments())
                    .anyMatch(s -> s.port() == 9000 && s.acknowledgement() == 2001);
        }
    }

    @Test
    void slowReadersStayWithinTheBudget() throws Exception {
        long budget = 4 * MIB;
        try (RawPeer peer = new RawPeer(budget)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 1000, TcpOptions.DEFAULT);
            List<Connection> all = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int first = peer.establish(SimPair.B4, 2000 + i, 80, 1000, USUAL);
                Connection c = listener.accept();
                if (c == null) break;
                all.add(c);
                for (int k = 0; k < 40; k++) {
                    peer.tcp(
                            SimPair.B4,
                            2000 + i,
                            80,
                            RawPeer.ACK,
                            1001 + 1000 * k,
                            first,
                            1000,
                            NONE,
                            1000);
                }
                peer.packets();
            }
            assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(budget / 8 * 9);
            peer.packets();
            assertThat(all).hasSizeGreaterThan(50);
            byte[] into = new byte[1 << 16];
            for (Connection c : all) {
                while (c.read(peer.now, MemorySegment.ofArray(into), 0, into.length) > 0) {}
            }
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    @Test
    void closedWindowsStayWithinTheBudget() throws Exception {
        long budget = 4 * MIB;
        try (RawPeer peer = new RawPeer(budget)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 1000, TcpOptions.DEFAULT);
            byte[] data = new byte[1 << 20];
            int firstOfLast = 0;
            Connection last = null;
            for (int i = 0; i < 300; i++) {
                int first = peer.establish(SimPair.B4, 2000 + i, 80, 0, USUAL);
                Connection c = listener.accept();
                if (c == null) break; // refused for want of memory
                c.write(peer.now, MemorySegment.ofArray(data), 0, data.length);
                last = c;
                firstOfLast = first;
            }
            assertThat(firstOfLast).isNotZero();
            assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(budget / 8 * 9);
            // A closed window that nobody answers for does not live for ever.
            last.close(peer.now);
            peer.pass(7200 * SECOND);
            assertThat(peer.stack.stats().memory()).isZero();
            assertThat(peer.stack.stats().connections()).isZero();
        }
    }

    @Test
    void closedConnectionsThatThePeerHoldsOpenAreGivenUp() throws Exception {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
            for (int i = 0; i < 6000; i++) {
                int first = peer.establish(SimPair.B4, 2000 + i, 80, 1000, USUAL);
                listener.accept().close(peer.now);
                peer.packets();
                peer.tcp(SimPair.B4, 2000 + i, 80, RawPeer.ACK, 1001, first + 1, 1000, NONE, 0);
            }
            assertThat(peer.stack.stats().connections()).isLessThanOrEqualTo(4096);
            assertThat(count(peer, Counter.TCP_ORPHANS_RESET)).isGreaterThan(1000);
            peer.pass(61 * SECOND);
            assertThat(peer.stack.stats().connections()).isZero();
        }
    }

    @Test
    void timeWaitsAreBounded() throws Exception {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
            for (int i = 0; i < 20_000; i++) {
                int first = peer.establish(SimPair.B4, 2000 + i, 80, 1000, USUAL);
                Connection c = listener.accept();
                c.shutdownOutput(peer.now);
                peer.packets();
                int finAck = RawPeer.ACK | RawPeer.FIN;
                peer.tcp(SimPair.B4, 2000 + i, 80, finAck, 1001, first + 1, 1000, NONE, 0);
                peer.packets();
                c.close(peer.now);
            }
            assertThat(peer.stack.stats().timeWaits()).isLessThanOrEqualTo(16_384);
            peer.pass(61 * SECOND);
            assertThat(peer.stack.stats().timeWaits()).isZero();
        }
    }

    @Test
    void tenThousandIdleConnectionsTakeLittleMemory() throws Exception {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            Listener listener = peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
            long before = heap();
            List<Connection> all = new ArrayList<>();
            byte[] one = {42};
            for (int i = 0; i < 10_000; i++) {
                int first = peer.establish(SimPair.B4, 2000 + i, 80, 1000, USUAL);
                Connection c = listener.accept();
                all.add(c);
                peer.tcp(SimPair.B4, 2000 + i, 80, RawPeer.ACK, 1001, first, 1000, NONE, 1);
                c.read(peer.now, MemorySegment.ofArray(new byte[1]), 0, 1);
                c.write(peer.now, MemorySegment.ofArray(one), 0, 1);
                peer.packets();
                peer.tcp(SimPair.B4, 2000 + i, 80, RawPeer.ACK, 1002, first + 1, 1000, NONE, 0);
            }
            assertThat(peer.stack.stats().connections()).isEqualTo(10_000);
            assertThat(peer.stack.stats().memory()).isZero();
            assertThat(heap() - before).isLessThan(32 * MIB);
            assertThat(all).allMatch(c -> c.ending() == null);
        }
    }

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /// Whatever comes, in whatever order, nothing is thrown and nothing is left behind.
    @Test
    void randomSegmentsDoNoHarm() throws Exception {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            try (RawPeer peer = new RawPeer(4 * MIB)) {
                Listener listener = peer.stack.listen(peer.now, null, 80, 5, TcpOptions.DEFAULT);
                int first = peer.establish(SimPair.B4, 5555, 80, 1000, USUAL);
                Connection c = listener.accept();
                for (int i = 0; i < 300; i++) {
                    act(random, peer, c);
                    int flags = random.nextInt(4) == 0 ? random.nextInt(256) : RawPeer.ACK;
                    int near = random.nextInt(3000) - 500;
                    peer.tcp(
                            SimPair.B4,
                            5555,
                            80,
                            flags,
                            1001 + near,
                            first + random.nextInt(3000) - 500,
                            random.nextInt(65_536),
                            options(random, first),
                            random.nextInt(3) * random.nextInt(700));
                    peer.packets();
                    assertThat(c.info().inFlight()).isNotNegative();
                    assertThat(c.info().receiveQueue()).isNotNegative();
                }
                c.close(peer.now);
                peer.packets();
                peer.pass(7200 * SECOND);
                assertThat(peer.stack.stats().memory()).isZero();
                assertThat(peer.stack.stats().connections()).isZero();
            }
        }
    }

    private static void act(Random random, RawPeer peer, Connection c) {
        byte[] data = new byte[random.nextInt(2000)];
        switch (random.nextInt(6)) {
            case 0 -> c.write(peer.now, MemorySegment.ofArray(data), 0, data.length);
            case 1 -> c.read(peer.now, MemorySegment.ofArray(data), 0, data.length);
            case 2 -> {
                if (random.nextInt(30) == 0) c.shutdownOutput(peer.now);
            }
            case 3 -> peer.pass(random.nextInt(400_000_000));
            default -> {}
        }
    }

    private static byte[] options(Random random, int first) {
        return switch (random.nextInt(4)) {
            case 0 -> sack(first + random.nextInt(2000) - 200, first + random.nextInt(3000));
            case 1 -> {
                byte[] noise = new byte[4 * random.nextInt(11)];
                random.nextBytes(noise);
                yield noise;
            }
            default -> NONE;
        };
    }

    @Test
    void connectionsWhoseAddressesAPeerChoosesSpreadInTheTable() throws Exception {
        // Ports and addresses that differ in few bits: without a key they would collide.
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            peer.stack.listen(peer.now, null, 80, 20_000, TcpOptions.DEFAULT);
            for (int i = 0; i < 10_000; i++) {
                IpAddress from = IpAddress.v4(0x0b000000 | (i & 0xff) << 16);
                peer.establish(from, 1024 + (i >> 8) * 256, 80, 1000, NONE);
            }
            assertThat(peer.stack.stats().connections()).isEqualTo(10_000);
            FourTuple pair = new FourTuple(SimPair.A4, 0, SimPair.B4, 99);
            assertThat(peer.stack.connect(peer.now, pair, TcpOptions.DEFAULT)).isNotNull();
        }
    }
}
