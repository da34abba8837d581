package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.session.OpenBatch;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.testing.Packets;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// What [Tunnel] and [Peer] promise to threads: handshakes, data, timers and configuration at once
/// end neither in an exception nor in a deadlock, and leave a tunnel that works.
class TunnelConcurrencyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int HANDSHAKES = 120;

    private final AtomicLong clock = new AtomicLong(SECOND);
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong delivered = new AtomicLong();
    private final Actions actions = new NoActions();
    private final Tunnel one = tunnel(1), two = tunnel(2);
    private final Peer toTwo = one.add(two.publicKey().orElseThrow(), actions);
    private final Peer toOne = two.add(one.publicKey().orElseThrow(), actions);

    @Test
    void everythingMayHappenAtOnce() throws Exception {
        one.up(actions);
        two.up(actions);
        try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
            List<Future<?>> running = new ArrayList<>();
            running.add(threads.submit(() -> until(this::send)));
            running.add(threads.submit(() -> until(this::send)));
            running.add(threads.submit(() -> until(this::expire)));
            running.add(threads.submit(() -> until(this::configure)));
            Future<?> handshakes = threads.submit(this::shakeHandsAgainAndAgain);
            handshakes.get(60, TimeUnit.SECONDS);
            done.set(true);
            for (Future<?> each : running) each.get(60, TimeUnit.SECONDS);
        }
        assertThat(delivered).hasPositiveValue();
        stillWorks();
        one.erase();
        two.erase();
        assertThat(one.indicesInUse()).isZero();
        assertThat(two.indicesInUse()).isZero();
    }

    @Test
    void anAddressThatIsSetAgainIsNeverWithoutItsPeer() throws Exception {
        Set<IpPrefix> prefixes = new LinkedHashSet<>();
        for (int i = 0; i < 32; i++) prefixes.add(new IpPrefix(IpAddress.v4(0x0a000001), 32 - i));
        one.allowOnly(prefixes, toTwo);
        MemorySegment packet = MemorySegment.ofArray(PACKET);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> packets =
                    threads.submit(
                            () ->
                                    until(
                                            () ->
                                                    assertThat(
                                                                    one.isAllowedSource(
                                                                            toTwo, packet, 0))
                                                            .isTrue()));
            for (int i = 0; i < 5000; i++) one.allowOnly(prefixes, toTwo);
            done.set(true);
            packets.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void theKeyMayComeAndGoWhileCookiesAreDemanded() throws Exception {
        PrivateKey key = two.privateKey().orElseThrow();
        one.up(actions);
        two.up(actions);
        byte[] initiation = initiation();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<?>> flood = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                flood.add(threads.submit(() -> until(() -> demandCookies(initiation))));
            }
            Future<?> configuring =
                    threads.submit(
                            () -> {
                                for (int i = 0; i < 3000; i++) {
                                    two.privateKey(null, actions);
                                    two.privateKey(key, actions);
                                }
                            });
            configuring.get(60, TimeUnit.SECONDS);
            done.set(true);
            for (Future<?> each : flood) each.get(60, TimeUnit.SECONDS);
        }
        assertThat(delivered).as("cookies").hasPositiveValue();
        one.erase();
        two.erase();
        key.erase();
    }

    private byte[] initiation() {
        try (PacketBatch message = new PacketBatch(1, 4096)) {
            assertThat(one.createInitiation(clock.get(), Instant.EPOCH, toTwo, message)).isTrue();
            return datagram(message).bytes().toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private void demandCookies(byte[] initiation) {
        HandshakeFilter filter = two.handshakeFilter();
        MemorySegment message = MemorySegment.ofArray(initiation);
        MemorySegment reply = MemorySegment.ofArray(new byte[CookieReply.LENGTH]);
        for (int i = 0; i < 100; i++) {
            if (filter.refusal(Message.INITIATION, message, 0) != null) continue;
            assertThat(filter.isUnderLoad(clock.get(), Message.INITIATION, 4000)).isTrue();
            filter.provesAddress(clock.get(), Message.INITIATION, message, 0, FROM);
            reply.fill((byte) 0);
            boolean replied =
                    filter.writeCookieReply(clock.get(), 7, message, Initiation.MAC1, FROM, reply);
            assertThat(reply.get(ByteOrders.LE32, 0)).isEqualTo(replied ? Message.COOKIE_REPLY : 0);
            if (replied) delivered.incrementAndGet();
        }
    }

    private void until(Runnable work) {
        while (!done.get()) work.run();
    }

    private void shakeHandsAgainAndAgain() {
        try (PacketBatch message = new PacketBatch(1, 4096);
                PacketBatch reply = new PacketBatch(1, 4096)) {
            for (int i = 0; i < HANDSHAKES; i++) {
                long now = clock.addAndGet(6 * SECOND);
                boolean first = i % 2 == 0;
                shakeHands(now, first ? one : two, first ? toTwo : toOne, message, reply);
            }
        }
    }

    private void shakeHands(
            long now, Tunnel from, Peer peer, PacketBatch message, PacketBatch reply) {
        Tunnel to = from == one ? two : one;
        Instant time = Instant.EPOCH.plusNanos(now);
        if (!from.createInitiation(now, time, peer, message)) return;
        if (!to.handshake(now, datagram(message), reply, actions).replied()) return;
        from.handshake(now, datagram(reply), message, actions);
        // The confirmation.
        try (Carrier carrier = new Carrier()) {
            carrier.carry(now, from, peer, to, new byte[0]);
        }
    }

    private static HandshakeDatagram datagram(PacketBatch batch) {
        byte[] bytes =
                batch.memory()
                        .asSlice(batch.offset(0), batch.length(0))
                        .toArray(ValueLayout.JAVA_BYTE);
        MemorySegment segment = MemorySegment.ofArray(bytes);
        return new HandshakeDatagram(Message.classify(segment, 0, bytes.length), segment, FROM);
    }

    private void send() {
        try (Carrier carrier = new Carrier()) {
            for (int i = 0; i < 100; i++) {
                if (carrier.carry(clock.get(), one, toTwo, two, PACKET))
                    delivered.incrementAndGet();
                if (carrier.carry(clock.get(), two, toOne, one, PACKET))
                    delivered.incrementAndGet();
            }
        }
    }

    private void expire() {
        one.expire(clock.get(), actions);
        two.expire(clock.get(), actions);
        toOne.stats();
        toTwo.endpoint();
        one.nextDeadline();
    }

    private final RandomGenerator chance = new SplittableRandom(5);

    private void configure() {
        IpPrefix prefix = new IpPrefix(IpAddress.v4(chance.nextInt()), chance.nextInt(33));
        switch (chance.nextInt(200)) {
            case 0 -> {
                one.down();
                one.up(actions);
            }
            case 1 -> toOne.persistentKeepalive(chance.nextInt(3), actions);
            case 2 -> toTwo.presharedKey(PresharedKey.none());
            case 3 -> two.peers().forEach(peer -> two.allowedIps(peer));
            case 4 -> toTwo.stage(MemorySegment.ofArray(PACKET), 0, PACKET.length);
            case 5 -> toTwo.dropStaged();
            case 6 -> one.disallowAll(toTwo);
            default -> one.allow(prefix, toTwo);
        }
    }

    private void stillWorks() {
        long now = clock.addAndGet(600 * SECOND);
        try (PacketBatch message = new PacketBatch(1, 4096);
                PacketBatch reply = new PacketBatch(1, 4096);
                Carrier carrier = new Carrier()) {
            shakeHands(now, one, toTwo, message, reply);
            assertThat(carrier.carry(now, one, toTwo, two, PACKET)).isTrue();
            assertThat(carrier.carry(now, two, toOne, one, PACKET)).isTrue();
        }
    }

    /// Seals a packet at one end and opens it at the other. Confined to one thread.
    private final class Carrier implements AutoCloseable {
        private final PacketBatch plain = new PacketBatch(1, 4096);
        private final PacketBatch received = new PacketBatch(1, 4096);
        private final SealBatch out = new SealBatch(1, 4096);
        private final OpenBatch in = new OpenBatch(1);

        boolean carry(long now, Tunnel from, Peer peer, Tunnel to, byte[] packet) {
            Session session = peer.sendingSession(now);
            if (session == null) return false;
            plain.memory().asSlice(16, packet.length).copyFrom(MemorySegment.ofArray(packet));
            out.clear();
            out.add(plain.memory(), 16, packet.length, 1420, 0);
            if (!session.seal(out)) return false;
            peer.sealed(now, session, actions);
            int length = out.sealed().length(0);
            peer.sent(now, length, out.dataPackets());
            MemorySegment.copy(
                    out.sealed().memory(), out.sealed().offset(0), received.memory(), 16, length);
            IndexEntry entry = to.receiver(received.memory().get(ByteOrders.LE32, 20));
            if (entry == null || entry.session() == null) return false;
            in.clear();
            in.add(received, 16, length);
            entry.session().open(in);
            if (in.drop(0) != null) return false;
            entry.peer().received(now, entry.session(), length, out.dataPackets(), FROM, actions);
            return true;
        }

        @Override
        public void close() {
            plain.close();
            received.close();
            out.close();
        }
    }

    private static Tunnel tunnel(int seed) {
        // Thread-safe, as the tunnel asks for.
        RandomGenerator random = new Random(seed);
        Tunnel tunnel = new Tunnel(random, random, () -> {});
        byte[] key = new byte[32];
        random.nextBytes(key);
        tunnel.privateKey(new PrivateKey(MemorySegment.ofArray(key)), new NoActions());
        return tunnel;
    }

    private static final Endpoint FROM = new Endpoint(IpAddress.v4(1), 1);
    private static final byte[] PACKET =
            Packets.udp(IpAddress.v4(0x0a000001), IpAddress.v4(0x0a000002), new byte[20]);
}
