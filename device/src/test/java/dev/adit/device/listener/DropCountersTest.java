package dev.adit.device.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

class DropCountersTest {
    private final Set<PeerIdentity> peers = new HashSet<>();
    private final DropCounters counters = new DropCounters(peers::contains);
    private final PeerIdentity peer = new Identity();

    /// One object for each peer, as with real ones.
    private static final class Identity implements PeerIdentity {
        private final PublicKey key = Keys.publicKey(Keys.privateKey());

        @Override
        public PublicKey publicKey() {
            return key;
        }

        @Override
        public long number() {
            return 1;
        }
    }

    @Test
    void countsForTheDeviceAndForThePeer() {
        peers.add(peer);
        counters.dropped(DropReason.REPLAYED, peer, 3, null);
        counters.dropped(DropReason.REPLAYED, null, 1, null);
        assertThat(counters.snapshot()).containsEntry(DropReason.REPLAYED, 4L);
        assertThat(counters.snapshot(peer)).containsEntry(DropReason.REPLAYED, 3L);
        assertThat(counters.snapshot(peer)).hasSize(DropReason.values().length);
    }

    @Test
    void keepsNothingOfAPeerThatIsRemoved() {
        peers.add(peer);
        counters.dropped(DropReason.REPLAYED, peer, 1, null);
        peers.remove(peer);
        counters.event(new DeviceEvent.PeerRemoved(peer));
        assertThat(counters.snapshot(peer).values()).containsOnly(0L);
        // A thread still has packets of it in hand.
        counters.dropped(DropReason.REPLAYED, peer, 1, null);
        assertThat(counters.snapshot(peer).values()).containsOnly(0L);
        assertThat(counters.snapshot()).containsEntry(DropReason.REPLAYED, 2L);
    }

    /// The device's own listeners and one that a program may add: counts for each peer.
    @Test
    void aDropAllocatesNothing() {
        peers.add(peer);
        DeviceLog log = new DeviceLog("drops", () -> 0);
        log.debugging(false);
        DeviceListener all =
                new Listeners(
                        List.of(log, counters, new GuardedListener(new PerPeerCounter(), log)));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        // While code is being compiled the JVM may allocate something for itself.
        for (int round = 0; round < 10 && allocated > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            dropped(all, 20_000);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
    }

    private void dropped(DeviceListener all, int times) {
        for (int i = 0; i < times; i++) {
            all.dropped(DropReason.NOT_AUTHENTIC, peer, 1, null);
            all.keepaliveReceived(peer);
        }
    }

    private static final class PerPeerCounter implements DeviceListener {
        private final Map<PeerIdentity, LongAdder> drops = new ConcurrentHashMap<>();

        @Override
        public void dropped(DropReason reason, PeerIdentity of, int packets, DroppedPacket packet) {
            LongAdder counter = drops.get(of);
            if (counter == null) counter = drops.computeIfAbsent(of, fresh -> new LongAdder());
            counter.add(packets);
        }
    }
}
