package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.noise.StaticIdentity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/// The order in which a change of the configuration takes hold, which a handshake that another
/// thread computes meanwhile depends on.
@Timeout(60)
class ConfigurationOrderTest {
    private static final long NOW = 1_000_000_000L;

    private final RandomGenerator random = new Random(1); // thread-safe, as the tunnel asks for
    private final Tunnel tunnel = new Tunnel(random, random, () -> {});
    private final Actions actions = new NoActions();
    private final PrivateKey first = key();
    private final PrivateKey second = key();

    @Test
    void timersStopBeforeTheHandshakeIsForgotten() throws InterruptedException {
        Peer peer = runningPeer();
        Thread down;
        synchronized (peer.handshake) {
            down = blocked(tunnel::down);
            assertThat(peer.isRunning()).isFalse();
            assertThat(initiates(peer)).isFalse();
        }
        down.join();
        assertThat(tunnel.indicesInUse()).isZero();
    }

    @Test
    void aPeerIsRemovedBeforeItsHandshakeIsErased() throws InterruptedException {
        Peer peer = runningPeer();
        Thread remove;
        synchronized (peer.handshake) {
            remove = blocked(() -> tunnel.remove(peer));
            assertThat(initiates(peer)).isFalse();
        }
        remove.join();
        assertThat(tunnel.indicesInUse()).isZero();
    }

    @Test
    void theOldPrivateKeyIsErasedWhenNoHandshakeUsesItAnyMore() throws InterruptedException {
        Peer peer = runningPeer();
        StaticIdentity old = peer.handshake.own();
        Thread change;
        synchronized (peer.handshake) {
            change = blocked(() -> tunnel.privateKey(second, actions));
            assertThat(peer.handshake.own()).isSameAs(old);
            assertThat(old.is(first)).isTrue();
            assertThat(initiates(peer)).isTrue();
        }
        change.join();
        assertThat(old.is(first)).isFalse();
        assertThat(peer.handshake.own().is(second)).isTrue();
        assertThat(tunnel.indicesInUse()).isZero(); // the initiation with the old key is abandoned
    }

    @Test
    void whatWaitsIsWantedWhenThePrivateKeyIsInForce() {
        tunnel.privateKey(first, actions);
        tunnel.up(actions);
        Peer self = tunnel.add(new StaticIdentity(second).publicKey(), actions);
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Peer peer = tunnel.add(new StaticIdentity(key()).publicKey(), actions);
            peer.stage(MemorySegment.ofArray(new byte[20]), 0, 20);
            peers.add(peer);
        }
        List<Peer> wanted = new ArrayList<>();
        tunnel.privateKey(
                second,
                new NoActions() {
                    @Override
                    public void flush(Peer peer) {
                        assertThat(tunnel.publicKey())
                                .hasValue(new StaticIdentity(second).publicKey());
                        assertThat(peer.handshake.own().is(second)).isTrue();
                        assertThat(tunnel.peers()).doesNotContain(self);
                        assertThat(initiates(peer)).isTrue();
                        wanted.add(peer);
                    }
                });
        assertThat(wanted).containsExactlyElementsOf(peers);
    }

    private Peer runningPeer() {
        tunnel.privateKey(first, actions);
        tunnel.up(actions);
        return tunnel.add(new StaticIdentity(key()).publicKey(), actions);
    }

    private boolean initiates(Peer peer) {
        try (PacketBatch message = new PacketBatch(1, 4096)) {
            return tunnel.createInitiation(NOW, Instant.EPOCH, peer, message);
        }
    }

    /// A thread that has got as far in `change` as it can without a monitor of this thread's.
    private static Thread blocked(Runnable change) {
        Thread thread = Thread.ofPlatform().daemon().start(change);
        while (thread.getState() != Thread.State.BLOCKED) {
            assertThat(thread.isAlive()).as("it waits for the handshake").isTrue();
            Thread.yield();
        }
        return thread;
    }

    private PrivateKey key() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new PrivateKey(MemorySegment.ofArray(key));
    }
}
