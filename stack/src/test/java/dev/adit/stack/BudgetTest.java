package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.stack.sim.Packets;
import dev.adit.stack.sim.RawPeer;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.stats.Counter;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Ten thousand peers at once that take what they can: the budget of a network holds, nothing that
/// was acknowledged is lost, and the work for it has a bound.
class BudgetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MIB = 1 << 20;
    private static final long BUDGET = 64 * MIB;

    /// With what is kept for the first block of each queue (an eighth).
    private static final long AT_MOST = BUDGET / 8 * 9;

    private static final int PEERS = 10_000;
    private static final byte[] NONE = {};

    /// MSS 1380, SACK permitted, window scale 7.
    private static final byte[] USUAL = {2, 4, 5, 100, 1, 1, 4, 2, 1, 3, 3, 7};

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static IpAddress address(int i) {
        return IpAddress.v4(0x0b000000 | i);
    }

    /// What a connection has acknowledged, as the raw peer sees it.
    private static final class Peer {
        final int number;
        final int first;
        final Connection connection;
        int next = 1001;
        int acknowledged = 1001;

        Peer(int number, int first, Connection connection) {
            this.number = number;
            this.first = first;
            this.connection = connection;
        }
    }

    private static List<Peer> establish(RawPeer peer, int window) throws RefusedException {
        Listener listener = peer.stack.listen(peer.now, null, 80, 50, TcpOptions.DEFAULT);
        List<Peer> all = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            int first = peer.establish(address(i), 5000, 80, window, USUAL);
            Connection c = listener.accept();
            if (c != null) all.add(new Peer(i, first, c));
        }
        return all;
    }

    private static void send(RawPeer peer, Peer to, int offset, int length) {
        int sequence = 1001 + offset;
        peer.tcp(address(to.number), 5000, 80, RawPeer.ACK, sequence, to.first, 1000, NONE, length);
    }

    /// Takes acknowledgements down.
    private static void answers(RawPeer peer, List<Peer> all) {
        for (RawPeer.Sent sent : peer.segments()) {
            Peer to = all.get((int) (sent.to().high() >>> 32) & 0xffffff);
            if (sent.acknowledgement() - to.acknowledged > 0) {
                to.acknowledged = sent.acknowledgement();
            }
        }
    }

    @Test
    void tenThousandSlowReadersStayWithinTheBudgetAndLoseNothing() throws Exception {
        try (RawPeer peer = new RawPeer(BUDGET)) {
            List<Peer> all = establish(peer, 1000);
            assertThat(all).hasSize(PEERS);
            long begin = cpu();
            for (int round = 0; round < 8; round++) {
                for (Peer to : all) send(peer, to, to.acknowledged - 1001, 1000);
                answers(peer, all);
                assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(AT_MOST);
            }
            assertThat(cpu() - begin).isLessThan(30 * SECOND);
            assertThat(peer.stack.stats().memory()).isGreaterThan(BUDGET / 2);
            long acknowledged = 0, read = getsOn(peer, all, all.getFirst());
            byte[] into = new byte[1 << 16];
            for (Peer each : all) {
                acknowledged += each.acknowledged - 1001;
                int n;
                while ((n = each.connection.read(peer.now, MemorySegment.ofArray(into), 0, 1 << 16))
                        > 0) {
                    read += n;
                }
            }
            assertThat(acknowledged).isGreaterThan(PEERS * 1000L);
            assertThat(read).isEqualTo(acknowledged);
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    /// While all memory is held by readers that sleep, who reads still gets on.
    private static long getsOn(RawPeer peer, List<Peer> all, Peer one) {
        byte[] into = new byte[1 << 16];
        long read = 0;
        for (int i = 0; i < 1000; i++) {
            send(peer, one, one.acknowledged - 1001, 1000);
            answers(peer, all);
            int n = one.connection.read(peer.now, MemorySegment.ofArray(into), 0, 1 << 16);
            read += Math.max(0, n);
        }
        assertThat(read).isGreaterThan(500_000);
        assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(AT_MOST);
        return read;
    }

    @Test
    void tenThousandHolesOfTenThousandPeersStayBelowThreeQuarters() throws Exception {
        try (RawPeer peer = new RawPeer(BUDGET)) {
            List<Peer> all = establish(peer, 1000);
            long begin = cpu();
            for (int hole = 1; hole <= 15; hole++) {
                for (Peer to : all) send(peer, to, hole * 4096, 1);
                answers(peer, all);
                assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(BUDGET / 4 * 3 + MIB);
            }
            assertThat(cpu() - begin).isLessThan(30 * SECOND);
            Peer one = all.get(PEERS / 2);
            send(peer, one, 0, 1000);
            answers(peer, all);
            assertThat(one.acknowledged).isGreaterThanOrEqualTo(2001);
        }
    }

    @Test
    void tenThousandClosedWindowsStayWithinTheBudget() throws Exception {
        try (RawPeer peer = new RawPeer(BUDGET)) {
            List<Peer> all = establish(peer, 0);
            MemorySegment data = MemorySegment.ofArray(new byte[1 << 16]);
            for (int round = 0; round < 3; round++) {
                for (Peer each : all) each.connection.write(peer.now, data, 0, 1 << 16);
                assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(AT_MOST);
            }
            // Probes are all that is sent, and ever more seldom: at most 12 an hour and connection.
            peer.packets();
            long before = sent(peer);
            long begin = cpu();
            peer.pass(600 * SECOND);
            assertThat(sent(peer) - before).isLessThan(PEERS * 20L);
            assertThat(cpu() - begin).isLessThan(30 * SECOND);
            for (Peer each : all) each.connection.abort(peer.now);
            peer.packets(); // the resets
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    private static long sent(RawPeer peer) {
        return peer.stack.stats().counters().getOrDefault(Counter.TCP_SEGMENTS_SENT, 0L);
    }

    @Test
    void allPortsToOneDestinationAreUsedAndARefusalCostsLittle() throws Exception {
        try (RawPeer peer = new RawPeer(BUDGET)) {
            FourTuple wanted = new FourTuple(SimPair.A4, 0, SimPair.B4, 80);
            List<Connection> all = new ArrayList<>();
            long begin = cpu();
            RefusedException refused = null;
            while (refused == null) {
                try {
                    all.add(peer.stack.connect(peer.now, wanted, TcpOptions.DEFAULT));
                } catch (RefusedException e) {
                    refused = e;
                }
            }
            assertThat(refused.reason()).isEqualTo(RefusedException.Reason.NO_EPHEMERAL_PORT);
            assertThat(all.size()).isEqualTo(60_999 - 32_768 + 1);
            assertThat(cpu() - begin).isLessThan(30 * SECOND);
            begin = cpu();
            for (int i = 0; i < 20; i++) {
                catchThrowableOfType(
                        RefusedException.class,
                        () -> peer.stack.connect(peer.now, wanted, TcpOptions.DEFAULT));
            }
            assertThat(cpu() - begin).isLessThan(2 * SECOND);
            FourTuple other = new FourTuple(SimPair.A4, 0, address(7), 80);
            assertThat(peer.stack.connect(peer.now, other, TcpOptions.DEFAULT)).isNotNull();
            all.get(1234).abort(peer.now);
            assertThat(peer.stack.connect(peer.now, wanted, TcpOptions.DEFAULT)).isNotNull();
        }
    }

    /// Addresses and ports that differ in few bits cost no more than those made at random.
    @Test
    void connectionsThatAPeerChoosesCostNoMoreThanRandomOnes() throws Exception {
        long chosen = Long.MAX_VALUE, random = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            chosen = Math.min(chosen, flood(k -> (k & 0xff) << 16, k -> 1024 + (k >> 8) * 256));
            Random r = new Random(i);
            random =
                    Math.min(random, flood(k -> r.nextInt(1 << 24), k -> 1024 + r.nextInt(60_000)));
        }
        assertThat(chosen).isLessThan(3 * random);
    }

    private interface Choice {
        int of(int k);
    }

    private static long flood(Choice address, Choice port) throws Exception {
        try (RawPeer peer = new RawPeer(BUDGET)) {
            peer.stack.listen(peer.now, null, 80, 2 * PEERS, TcpOptions.DEFAULT);
            long begin = cpu();
            for (int k = 0; k < PEERS; k++) {
                IpAddress from = address(address.of(k));
                int fromPort = port.of(k);
                int first = peer.establish(from, fromPort, 80, 1000, NONE);
                for (int i = 0; i < 5; i++) {
                    peer.tcp(from, fromPort, 80, RawPeer.ACK, 1001, first, 1000, NONE, 0);
                }
            }
            return cpu() - begin;
        }
    }

    @Test
    void fragmentsThatOverlapCostLittle() throws Exception {
        try (RawPeer peer = new RawPeer(BUDGET)) {
            Random random = new Random(1);
            long begin = cpu();
            for (int i = 0; i < 200_000; i++) {
                int at = random.nextInt(8000) * 8, length = 8 * (1 + random.nextInt(100));
                if (at + length > 65_000) continue;
                peer.deliver(fragment(random.nextInt(200), at, length));
                if (i % 1000 == 0) {
                    assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(MIB + 65_536);
                }
            }
            assertThat(cpu() - begin).isLessThan(20 * SECOND);
            peer.pass(31 * SECOND);
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    private static byte[] fragment(int id, int at, int length) {
        byte[] packet = Packets.ip(SimPair.B4, SimPair.A4, 200, 0, new byte[length]);
        MemorySegment m = MemorySegment.ofArray(packet);
        m.set(ByteOrders.BE16, 4, (short) id);
        m.set(ByteOrders.BE16, 6, (short) (at / 8 | 0x2000));
        packet[9] = 17;
        m.set(ByteOrders.BE16, 10, (short) 0);
        m.set(ByteOrders.BE16, 10, (short) Checksum.of(m, 0, 20, 0));
        return packet;
    }
}
