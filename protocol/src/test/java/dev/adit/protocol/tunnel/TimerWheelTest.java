package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.keys.PublicKey;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The timing wheel of peers against a list of them.
class TimerWheelTest {
    private int alarms;
    private final TimerWheel wheel = new TimerWheel(() -> alarms++);

    @Test
    void anEmptyWheelHasNothingToLookAt() {
        assertThat(wheel.next()).isEqualTo(Long.MAX_VALUE);
        assertThat(wheel.takeDue(Long.MAX_VALUE)).isNull();
    }

    @Test
    void aPeerIsDueAtItsMomentAndNotBefore() {
        Peer peer = peer();
        wheel.schedule(peer, 100);
        assertThat(wheel.next()).isEqualTo(100);
        assertThat(wheel.takeDue(99)).isNull();
        assertThat(wheel.takeDue(100)).isSameAs(peer);
        assertThat(wheel.takeDue(100)).isNull();
        assertThat(wheel.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anEarlierMomentMovesThePeerAndALaterOneDoesNot() {
        Peer peer = peer();
        wheel.schedule(peer, 100);
        wheel.schedule(peer, 200);
        assertThat(wheel.next()).isEqualTo(100);
        wheel.schedule(peer, 50);
        assertThat(wheel.next()).isEqualTo(50);
        assertThat(wheel.takeDue(60)).isSameAs(peer);
        assertThat(wheel.takeDue(1000)).isNull();
    }

    @Test
    void theAlarmIsRungOnlyWhenTheEarliestMomentMovesForward() {
        Peer one = peer(), two = peer();
        wheel.schedule(one, 100);
        assertThat(alarms).isEqualTo(1);
        wheel.schedule(two, 200);
        wheel.schedule(one, 150);
        assertThat(alarms).isEqualTo(1);
        wheel.schedule(two, 90);
        assertThat(alarms).isEqualTo(2);
        wheel.schedule(one, 80);
        assertThat(alarms).isEqualTo(3);
    }

    @Test
    void aRemovedPeerIsNotDue() {
        Peer one = peer(), two = peer();
        wheel.schedule(one, 100);
        wheel.schedule(two, 200);
        wheel.remove(one);
        wheel.remove(one);
        wheel.remove(peer());
        assertThat(wheel.next()).isEqualTo(200);
        assertThat(wheel.takeDue(1000)).isSameAs(two);
        assertThat(wheel.takeDue(1000)).isNull();
    }

    @Test
    void agreesWithAList() {
        Property.check(
                300,
                random -> {
                    TimerWheel heap = new TimerWheel(() -> {});
                    Map<Peer, Long> list = new HashMap<>();
                    List<Peer> peers = new ArrayList<>();
                    for (int i = 0; i < 1 + random.nextInt(40); i++) peers.add(peer());
                    long now = 0;
                    for (int step = 0; step < 300; step++) {
                        Peer peer = peers.get(random.nextInt(peers.size()));
                        switch (random.nextInt(8)) {
                            case 0 -> {
                                heap.remove(peer);
                                list.remove(peer);
                            }
                            case 1 -> now = expire(heap, list, now + random.nextInt(30));
                            default -> {
                                long at = now + random.nextInt(100);
                                heap.schedule(peer, at);
                                list.merge(peer, at, Math::min);
                            }
                        }
                        assertThat(heap.next()).isEqualTo(earliest(list));
                    }
                });
    }

    /// Moments of all magnitudes: the wheel may call too early, but never too late.
    @Test
    void callsInTimeHoweverFarAMomentIs() {
        Property.check(
                300,
                random -> {
                    TimerWheel wheel = new TimerWheel(() -> {});
                    Map<Peer, Long> list = new HashMap<>();
                    List<Peer> peers = new ArrayList<>();
                    for (int i = 0; i < 1 + random.nextInt(40); i++) peers.add(peer());
                    long now = 0;
                    for (int step = 0; step < 300; step++) {
                        Peer peer = peers.get(random.nextInt(peers.size()));
                        switch (random.nextInt(8)) {
                            case 0 -> {
                                wheel.remove(peer);
                                list.remove(peer);
                            }
                            case 1 -> now = expire(wheel, list, now + distance(random));
                            case 2 -> now = expire(wheel, list, Math.min(wheel.next(), 1L << 61));
                            default -> {
                                long at = now + distance(random);
                                wheel.schedule(peer, at);
                                list.merge(peer, at, Math::min);
                            }
                        }
                        assertThat(wheel.next()).isLessThanOrEqualTo(earliest(list));
                    }
                    assertArrives(wheel, list, now);
                });
    }

    private static long distance(RandomGenerator random) {
        return random.nextLong(1L << random.nextInt(57));
    }

    /// Goes from call to call: each takes something out or brings the next call nearer to it.
    private static void assertArrives(TimerWheel wheel, Map<Peer, Long> list, long from) {
        int calls = 0;
        for (long now = from; !list.isEmpty(); calls++) {
            assertThat(wheel.next()).isGreaterThanOrEqualTo(calls == 0 ? 0 : now);
            now = expire(wheel, list, wheel.next());
        }
        assertThat(calls).isLessThan(400);
        assertThat(wheel.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void withoutRemovalsItCallsExactly() {
        Property.check(
                200,
                random -> {
                    TimerWheel wheel = new TimerWheel(() -> {});
                    Map<Peer, Long> list = new HashMap<>();
                    long now = 0;
                    for (int step = 0; step < 200; step++) {
                        Peer peer = peer();
                        long at = now + random.nextLong(1L << random.nextInt(40));
                        wheel.schedule(peer, at);
                        list.put(peer, at);
                        assertThat(wheel.next()).isEqualTo(earliest(list));
                        if (random.nextInt(3) == 0) now = expire(wheel, list, wheel.next());
                    }
                });
    }

    /// Takes out what is due until `now`, in the order of time.
    private static long expire(TimerWheel heap, Map<Peer, Long> list, long now) {
        long last = Long.MIN_VALUE;
        for (Peer due = heap.takeDue(now); due != null; due = heap.takeDue(now)) {
            Long at = list.remove(due);
            assertThat(at).isNotNull().isLessThanOrEqualTo(now).isGreaterThanOrEqualTo(last);
            last = at;
        }
        assertThat(earliest(list)).isGreaterThan(now);
        return now;
    }

    private static long earliest(Map<Peer, Long> list) {
        return list.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    @Test
    void tenThousandPeersAreDueInTheOrderOfTime() {
        RandomGenerator random = new SplittableRandom(1);
        Map<Peer, Long> moments = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            Peer peer = peer();
            long at = random.nextLong(1_000_000);
            wheel.schedule(peer, at);
            moments.put(peer, at);
        }
        long last = -1;
        int taken = 0;
        for (Peer due; (due = wheel.takeDue(Long.MAX_VALUE - 1)) != null; taken++) {
            assertThat(moments.get(due)).isGreaterThanOrEqualTo(last);
            last = moments.get(due);
        }
        assertThat(taken).isEqualTo(10_000);
    }

    private Peer peer() {
        PublicKey key = new PublicKey(MemorySegment.ofArray(new byte[32]), 0);
        RandomGenerator random = new SplittableRandom(1);
        return new Peer(key, new IndexTable(random), wheel, new StagingBudget(1 << 20), random);
    }
}
