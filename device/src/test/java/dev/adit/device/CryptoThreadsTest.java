package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.DatagramInFlight;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/// Two devices whose readers leave the work to lanes: what arrives, and in which order, is the same
/// as without.
@Timeout(120)
class CryptoThreadsTest {
    private static final int LANES = 3;

    private final FakeNet net = new FakeNet();
    private final DeviceFixture a =
            DeviceFixture.startWithCryptoThreads(net, LANES, 1, "192.0.2.1");
    private final DeviceFixture b =
            DeviceFixture.startWithCryptoThreads(net, LANES, 1, "192.0.2.2");

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("first");
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "second"));
        assertThat(IpPackets.text(a.tun.receive())).isEqualTo("second");
    }

    /// Delays whoever sends or delivers, at random.
    private void jitter(DeviceFixture site) {
        site.host.onSend((packets, i, to) -> dawdle());
        site.tun.onWrite(CryptoThreadsTest::dawdle);
    }

    private static void dawdle() {
        int chance = ThreadLocalRandom.current().nextInt(200);
        if (chance == 0) LockSupport.parkNanos(300_000);
        else if (chance < 10) Thread.yield();
    }

    /// Sends `count` numbered packets, in groups of random size, of random lengths.
    private static void send(
            DeviceFixture from, String source, String destination, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int sent = 0; sent < count; ) {
            byte[][] group = new byte[Math.min(count - sent, random.nextInt(1, 300))][];
            for (int i = 0; i < group.length; i++) {
                group[i] = IpPackets.packet(source, destination, random.nextInt(24, 400));
                ByteBuffer.wrap(group[i]).putInt(20, sent++);
            }
            from.tun.send(group);
            // No more under way than there is room for in a socket.
            Await.until("room", () -> from.tun.waiting() < 4);
        }
    }

    private static void assertNumbered(DeviceFixture to, int count) {
        for (int expected = 0; expected < count; expected++) {
            assertThat(ByteBuffer.wrap(to.tun.receive()).getInt(20)).isEqualTo(expected);
        }
    }

    private static List<Long> counters(DatagramRecorder recorder, DeviceFixture from) {
        return recorder
                .all(
                        d ->
                                d.type() == Message.TRANSPORT_DATA
                                        && d.from().equals(from.endpoint())
                                        && d.bytes().length > 32)
                .stream()
                .map(CryptoThreadsTest::counter)
                .toList();
    }

    private static long counter(DatagramInFlight data) {
        return ByteBuffer.wrap(data.bytes()).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
    }

    private void assertNothingLost() {
        assertThat(net.lost()).isZero();
        for (DeviceFixture site : List.of(a, b)) {
            for (DropReason reason : DropReason.values()) {
                assertThat(site.drops(reason)).as(reason.text()).isZero();
            }
        }
    }

    @Test
    void packetsKeepTheirOrderBothWays() throws InterruptedException {
        connect();
        jitter(a);
        jitter(b);
        DatagramRecorder recorder = net.record();
        int count = 6000;
        Thread there = start(() -> send(a, "10.0.0.1", "10.0.0.2", count, 1));
        Thread back = start(() -> send(b, "10.0.0.2", "10.0.0.1", count, 2));
        assertNumbered(b, count);
        assertNumbered(a, count);
        there.join();
        back.join();
        assertThat(counters(recorder, a)).hasSize(count).isSorted().doesNotHaveDuplicates();
        assertThat(counters(recorder, b)).hasSize(count).isSorted().doesNotHaveDuplicates();
        assertNothingLost();
        assertThat(a.device.failure()).isEmpty();
    }

    private static Thread start(Runnable body) {
        Thread thread = new Thread(body);
        thread.start();
        return thread;
    }

    @Test
    void superPacketsKeepTheirOrder() {
        connect();
        b.host.merge(true);
        jitter(a);
        jitter(b);
        int payload = 60_000, segment = 1300, pieces = Math.ceilDiv(payload, segment);
        for (int i = 0; i < 40; i++) {
            byte[] whole = IpPackets.packet("10.0.0.1", "10.0.0.2", 40 + payload);
            whole[9] = 6;
            whole[32] = 5 << 4;
            ByteBuffer.wrap(whole).putInt(24, i * payload);
            a.tun.sendUncut(segment, whole, whole.clone(), whole.clone());
            for (int copy = 0; copy < 3; copy++) {
                int at = i * payload;
                for (byte[] piece : b.tun.receive(pieces)) {
                    assertThat(ByteBuffer.wrap(piece).getInt(24)).isEqualTo(at);
                    at += piece.length - 40;
                }
                assertThat(at).isEqualTo((i + 1) * payload);
            }
        }
        assertNothingLost();
    }

    @Test
    void manyPeersKeepTheirOrder() {
        int peers = 5, count = 1500;
        Correspondents all = new Correspondents(peers);
        for (int n = 0; n < count; n++) {
            byte[][] group = new byte[peers][];
            for (int p = 0; p < peers; p++) {
                group[p] = IpPackets.packet("10.0.0.1", "10.0.1." + p, 60);
                ByteBuffer.wrap(group[p]).putInt(20, n);
            }
            a.tun.send(group);
            Await.until("room", () -> a.tun.waiting() < 4);
        }
        for (int n = 0; n < count; n++) {
            for (int p = 0; p < peers; p++) all.assertNext(p, n);
        }
        all.close();
    }

    /// Peers of `a` that have a session with it, each with an address of its own.
    private final class Correspondents implements AutoCloseable {
        private final ManualPeer[] peer;

        Correspondents(int count) {
            peer = new ManualPeer[count];
            for (int p = 0; p < count; p++) {
                peer[p] = new ManualPeer(net.host("192.0.2.1" + p), 4000, a);
                PeerUpdate.Builder change = PeerUpdate.of(peer[p].key).endpoint(peer[p].endpoint);
                a.configure(DeviceUpdate.builder().peer(change.allow("10.0.1." + p + "/32")));
                peer[p].shakeHands();
                peer[p].send(
                        peer[p].seal(IpPackets.packet("10.0.1." + p, "10.0.0.1", "confirmed")));
                a.tun.receive();
            }
        }

        void assertNext(int p, int number) {
            byte[] packet = peer[p].open(peer[p].receive());
            assertThat(ByteBuffer.wrap(packet).getInt(20)).isEqualTo(number);
        }

        @Override
        public void close() {
            Arrays.stream(peer).forEach(ManualPeer::close);
        }
    }

    @Test
    void countersGrowOnTheWireWhoeverReads() {
        try (DeviceFixture many =
                DeviceFixture.startWithCryptoThreads(net, LANES, 3, "192.0.2.3")) {
            many.add(b, "10.0.0.2/32");
            b.add(many, "10.0.0.3/32");
            many.tun.send(IpPackets.packet("10.0.0.3", "10.0.0.2", "first"));
            b.tun.receive();
            jitter(many);
            DatagramRecorder recorder = net.record();
            int count = 5000;
            send(many, "10.0.0.3", "10.0.0.2", count, 3);
            boolean[] seen = new boolean[count];
            for (byte[] packet : b.tun.receive(count)) {
                int number = ByteBuffer.wrap(packet).getInt(20);
                assertThat(seen[number]).isFalse();
                seen[number] = true;
            }
            List<Long> counters = counters(recorder, many);
            assertThat(counters).hasSize(count).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void replayedPacketsAreRefusedWhereverTheyAreOpened() {
        connect();
        DatagramRecorder recorder = net.record();
        send(a, "10.0.0.1", "10.0.0.2", 1000, 4);
        assertNumbered(b, 1000);
        List<DatagramInFlight> data = recorder.all(d -> d.from().equals(a.endpoint()));
        var socket = net.host("192.0.2.9").socket(4000);
        data.forEach(d -> socket.send(b.endpoint(), d.bytes()));
        b.awaitDrops(DropReason.REPLAYED, data.size());
        assertThat(b.tun.delivered()).isZero();
        socket.close();
    }

    @Test
    void statisticsAreThoseOfAllPackets() {
        DatagramRecorder recorder = net.record();
        connect();
        send(a, "10.0.0.1", "10.0.0.2", 1000, 5);
        assertNumbered(b, 1000);
        long bytes =
                recorder.all(d -> d.from().equals(a.endpoint())).stream()
                        .mapToLong(d -> d.bytes().length)
                        .sum();
        Await.until("the count at a", () -> a.peer(b).sentBytes() == bytes);
        Await.until("the count at b", () -> b.peer(a).receivedBytes() == bytes);
    }

    @Test
    void goesOnThroughRebindsInTheMiddle() throws InterruptedException {
        connect();
        jitter(a);
        jitter(b);
        int count = 4000;
        Thread sender = start(() -> send(a, "10.0.0.1", "10.0.0.2", count, 6));
        for (int i = 0; i < 20; i++) a.configure(DeviceUpdate.builder().listenPort(4000 + i));
        int last = -1, arrived = 0;
        sender.join();
        a.tun.send(numbered(count));
        while (last < count) {
            int number = ByteBuffer.wrap(b.tun.receive()).getInt(20);
            assertThat(number).isGreaterThan(last);
            last = number;
            arrived++;
        }
        // What met a socket that was just closed is lost, as without lanes.
        assertThat(arrived + a.drops(DropReason.SEND_FAILED)).isEqualTo(count + 1);
        assertThat(b.peer(a).endpoint().port()).isEqualTo(4019);
        assertThat(a.device.failure()).isEmpty();
    }

    private static byte[] numbered(int number) {
        byte[] packet = IpPackets.packet("10.0.0.1", "10.0.0.2", 60);
        ByteBuffer.wrap(packet).putInt(20, number);
        return packet;
    }

    @Test
    void deliversNothingOnceItIsDown() throws InterruptedException {
        connect();
        jitter(b);
        for (int i = 0; i < 10; i++) {
            Thread sender = start(() -> send(a, "10.0.0.1", "10.0.0.2", 2000, 7));
            b.tun.receive();
            b.tun.down();
            long arrivals = b.tun.arrivals();
            sender.join();
            assertThat(b.tun.arrivals()).isEqualTo(arrivals);
            b.tun.up();
            b.tun.discard();
            b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "up again"));
            a.tun.receive();
        }
        assertThat(b.device.failure()).isEmpty();
    }

    @Test
    void closesInTheMiddleAndLeavesNothingBehind() throws InterruptedException {
        connect();
        jitter(a);
        jitter(b);
        byte[][] group = new byte[100][];
        for (int i = 0; i < group.length; i++) group[i] = numbered(i);
        for (int i = 0; i < 30; i++) a.tun.send(group);
        b.tun.receive(50);
        b.device.close();
        a.device.close();
        for (DeviceFixture site : List.of(a, b)) {
            assertThat(site.tun.batchesAlive()).isZero();
            assertThat(site.device.failure()).isEmpty();
            DeviceThreads.awaitNoneOf(site);
        }
        assertThat(net.batchesAlive()).isZero();
    }

    @Test
    void endsWithTheCauseWhenDeliveringFailsInTheMiddle() throws InterruptedException {
        connect();
        RuntimeException bug = new IllegalStateException("a bug in a port");
        SplittableRandom random = new SplittableRandom(8);
        b.tun.onWrite(
                () -> {
                    if (b.tun.arrivals() > 500 + random.nextInt(100)) throw bug;
                });
        Thread sender = start(() -> send(a, "10.0.0.1", "10.0.0.2", 3000, 9));
        b.device.awaitClose();
        assertThat(b.device.failure()).containsSame(bug);
        assertThat(b.tun.batchesAlive()).isZero();
        DeviceThreads.awaitNoneOf(b);
        sender.join();
        assertThat(a.device.failure()).isEmpty();
    }

    @Test
    void endsWithTheCauseWhenSendingFailsInTheMiddle() throws InterruptedException {
        connect();
        RuntimeException bug = new IllegalStateException("a bug in a port");
        a.host.onSend(
                (packets, i, to) -> {
                    if (b.tun.arrivals() > 500) throw bug;
                });
        byte[][] group = new byte[100][];
        for (int i = 0; i < group.length; i++) group[i] = numbered(i);
        for (int i = 0; i < 100; i++) a.tun.send(group);
        a.device.awaitClose();
        assertThat(a.device.failure()).containsSame(bug);
        DeviceThreads.awaitNoneOf(a);
    }
}
