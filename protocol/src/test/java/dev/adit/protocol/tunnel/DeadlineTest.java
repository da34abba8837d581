package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.sim.Conditions;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.SimNetwork;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// [Tunnel#nextDeadline] announces every deadline: a caller that looks only then misses nothing.
class DeadlineTest {

    @Test
    void looking100TimesASecondFindsNothingMore() {
        Property.check(
                6,
                random -> {
                    long seed = random.nextInt();
                    assertThat(history(seed, true)).isEqualTo(history(seed, false));
                });
    }

    /// Ten minutes of three tunnels that send, pause, move, go down and up, on a bad network.
    private static List<String> history(long seed, boolean polling) {
        long end = 10 * PaperConstants.MINUTE;
        SimNetwork network = new SimNetwork(seed);
        network.conditions(
                Conditions.latency(20 * PaperConstants.MILLISECOND)
                        .jitter(100 * PaperConstants.MILLISECOND)
                        .loss(0.2));
        List<String> history = new ArrayList<>();
        network.watch(seen -> history.add(seen.toString()));
        List<SimTunnel> tunnels = List.of(network.tunnel(), network.tunnel(), network.tunnel());
        for (SimTunnel one : tunnels) {
            for (SimTunnel two : tunnels) if (one != two) one.knows(two);
        }
        RandomGenerator random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            SimTunnel one = tunnels.get(random.nextInt(3)), two = tunnels.get(random.nextInt(3));
            int what = random.nextInt(60);
            // Half of it happens in the first tenth, so that there are long pauses too.
            long at = random.nextLong(random.nextBoolean() ? end : end / 10);
            if (one != two) network.at(at, () -> act(what, one, two));
        }
        if (polling)
            network.every(10 * PaperConstants.MILLISECOND, end, () -> lookEverywhere(network));
        network.runUntil(end);
        assertThat(history).hasSizeGreaterThan(100);
        return history;
    }

    private static void act(int what, SimTunnel one, SimTunnel two) {
        switch (what) {
            case 0 -> one.down();
            case 1, 2 -> one.up();
            case 3 -> one.persistentKeepalive(two, 20);
            case 4 -> one.persistentKeepalive(two, 0);
            case 5 -> one.rebind();
            default -> one.send(two);
        }
    }

    /// Has every timer of every peer looked at, whoever announced it or did not.
    private static void lookEverywhere(SimNetwork network) {
        for (SimTunnel tunnel : network.tunnels()) {
            for (Peer peer : tunnel.tunnel().peers()) {
                peer.expire(network.now(), tunnel.wants());
                tunnel.wants().carryOut();
            }
        }
    }

    @Test
    void nothingIsAnnouncedForAnIdleTunnel() {
        SimNetwork network = new SimNetwork(1);
        SimTunnel alice = network.tunnel(), bob = network.tunnel();
        network.connect(alice, bob);
        assertThat(alice.tunnel().nextDeadline()).isEqualTo(Long.MAX_VALUE);
        alice.down();
        assertThat(alice.tunnel().nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theAlarmIsRungWheneverTheDeadlineMovesForward() {
        long[] announced = {Long.MAX_VALUE};
        Tunnel[] tunnel = new Tunnel[1];
        tunnel[0] =
                new Tunnel(
                        new SplittableRandom(1),
                        new SplittableRandom(2),
                        () -> announced[0] = Math.min(announced[0], tunnel[0].nextDeadline()));
        Wishes wishes = new Wishes();
        tunnel[0].up(wishes);
        RandomGenerator random = new SplittableRandom(3);
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 50; i++) peers.add(tunnel[0].add(key(i), wishes));
        long now = 0;
        for (int step = 0; step < 2000; step++) {
            now += random.nextLong(2 * PaperConstants.SECOND);
            peers.get(random.nextInt(50)).sent(now, 100, 1);
            assertThat(announced[0]).isLessThanOrEqualTo(tunnel[0].nextDeadline());
            if (tunnel[0].nextDeadline() <= now) {
                tunnel[0].expire(now, wishes);
                announced[0] = tunnel[0].nextDeadline();
                assertThat(announced[0]).isGreaterThan(now);
            }
        }
    }

    @Test
    void tenThousandPeersAreAllLookedAtInTime() {
        Tunnel tunnel = new Tunnel(new SplittableRandom(1), new SplittableRandom(2), () -> {});
        Wishes wishes = new Wishes();
        tunnel.up(wishes);
        Map<Peer, Long> sent = new HashMap<>();
        RandomGenerator random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            Peer peer = tunnel.add(key(i), wishes);
            long at = random.nextLong(60 * PaperConstants.SECOND);
            sent.put(peer, at);
            peer.sent(at, 100, 1);
        }
        int jumps = 0;
        for (long now; (now = tunnel.nextDeadline()) != Long.MAX_VALUE; jumps++) {
            wishes.initiations.clear();
            tunnel.expire(now, wishes);
            for (Peer peer : wishes.initiations) {
                long silence = now - sent.remove(peer);
                long limit = PaperConstants.KEEPALIVE_TIMEOUT + PaperConstants.REKEY_TIMEOUT;
                if (silence < limit || silence > limit + PaperConstants.MAX_JITTER) {
                    assertThat(silence).isEqualTo(limit);
                }
            }
        }
        assertThat(sent).isEmpty();
        assertThat(jumps).isLessThanOrEqualTo(10_000);
    }

    /// Notes whom an initiation is wanted for, and makes none.
    private static final class Wishes extends NoActions {
        final List<Peer> initiations = new ArrayList<>();

        @Override
        public void initiation(Peer peer) {
            initiations.add(peer);
        }
    }

    private static PublicKey key(int number) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[32]);
        bytes.set(ValueLayout.JAVA_INT_UNALIGNED, 0, number + 1);
        return new PublicKey(bytes, 0);
    }
}
