package dev.adit.protocol.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The timing wheel against a list.
class TimerWheelTest {
    private int alarms;
    private final TimerWheel<Item> wheel = new TimerWheel<>(() -> alarms++);

    @Test
    void anEmptyWheelHasNothingToLookAt() {
        assertThat(wheel.next()).isEqualTo(Long.MAX_VALUE);
        assertThat(wheel.takeDue(Long.MAX_VALUE)).isNull();
    }

    @Test
    void anItemIsDueAtItsMomentAndNotBefore() {
        Item item = item();
        item.timer.accept(100);
        assertThat(wheel.next()).isEqualTo(100);
        assertThat(wheel.takeDue(99)).isNull();
        assertThat(wheel.takeDue(100)).isSameAs(item);
        assertThat(wheel.takeDue(100)).isNull();
        assertThat(wheel.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anEarlierMomentMovesTheItemAndALaterOneDoesNot() {
        Item item = item();
        item.timer.accept(100);
        item.timer.accept(200);
        assertThat(wheel.next()).isEqualTo(100);
        item.timer.accept(50);
        assertThat(wheel.next()).isEqualTo(50);
        assertThat(wheel.takeDue(60)).isSameAs(item);
        assertThat(wheel.takeDue(1000)).isNull();
    }

    @Test
    void theAlarmIsRungOnlyWhenTheEarliestMomentMovesForward() {
        Item one = item(), two = item();
        one.timer.accept(100);
        assertThat(alarms).isEqualTo(1);
        two.timer.accept(200);
        one.timer.accept(150);
        assertThat(alarms).isEqualTo(1);
        two.timer.accept(90);
        assertThat(alarms).isEqualTo(2);
        one.timer.accept(80);
        assertThat(alarms).isEqualTo(3);
    }

    @Test
    void aRemovedItemIsNotDue() {
        Item one = item(), two = item();
        one.timer.accept(100);
        two.timer.accept(200);
        one.timer.cancel();
        one.timer.cancel();
        item().timer.cancel();
        assertThat(wheel.next()).isEqualTo(200);
        assertThat(wheel.takeDue(1000)).isSameAs(two);
        assertThat(wheel.takeDue(1000)).isNull();
    }

    @Test
    void agreesWithAList() {
        Property.check(
                300,
                random -> {
                    TimerWheel<Item> heap = new TimerWheel<>(() -> {});
                    Map<Item, Long> list = new HashMap<>();
                    List<Item> items = new ArrayList<>();
                    for (int i = 0; i < 1 + random.nextInt(40); i++) items.add(new Item(heap));
                    long now = 0;
                    for (int step = 0; step < 300; step++) {
                        Item item = items.get(random.nextInt(items.size()));
                        switch (random.nextInt(8)) {
                            case 0 -> {
                                item.timer.cancel();
                                list.remove(item);
                            }
                            case 1 -> now = expire(heap, list, now + random.nextInt(30));
                            default -> {
                                long at = now + random.nextInt(100);
                                item.timer.accept(at);
                                list.merge(item, at, Math::min);
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
                    TimerWheel<Item> wheel = new TimerWheel<>(() -> {});
                    Map<Item, Long> list = new HashMap<>();
                    List<Item> items = new ArrayList<>();
                    for (int i = 0; i < 1 + random.nextInt(40); i++) items.add(new Item(wheel));
                    long now = 0;
                    for (int step = 0; step < 300; step++) {
                        Item item = items.get(random.nextInt(items.size()));
                        switch (random.nextInt(8)) {
                            case 0 -> {
                                item.timer.cancel();
                                list.remove(item);
                            }
                            case 1 -> now = expire(wheel, list, now + distance(random));
                            case 2 -> now = expire(wheel, list, Math.min(wheel.next(), 1L << 61));
                            default -> {
                                long at = now + distance(random);
                                item.timer.accept(at);
                                list.merge(item, at, Math::min);
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
    private static void assertArrives(TimerWheel<Item> wheel, Map<Item, Long> list, long from) {
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
                    TimerWheel<Item> wheel = new TimerWheel<>(() -> {});
                    Map<Item, Long> list = new HashMap<>();
                    long now = 0;
                    for (int step = 0; step < 200; step++) {
                        Item item = new Item(wheel);
                        long at = now + random.nextLong(1L << random.nextInt(40));
                        item.timer.accept(at);
                        list.put(item, at);
                        assertThat(wheel.next()).isEqualTo(earliest(list));
                        if (random.nextInt(3) == 0) now = expire(wheel, list, wheel.next());
                    }
                });
    }

    /// Takes out what is due until `now`, in the order of time.
    private static long expire(TimerWheel<Item> heap, Map<Item, Long> list, long now) {
        long last = Long.MIN_VALUE;
        for (Item due = heap.takeDue(now); due != null; due = heap.takeDue(now)) {
            Long at = list.remove(due);
            assertThat(at).isNotNull().isLessThanOrEqualTo(now).isGreaterThanOrEqualTo(last);
            last = at;
        }
        assertThat(earliest(list)).isGreaterThan(now);
        return now;
    }

    private static long earliest(Map<Item, Long> list) {
        return list.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    @Test
    void tenThousandItemsAreDueInTheOrderOfTime() {
        RandomGenerator random = new SplittableRandom(1);
        Map<Item, Long> moments = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            Item item = item();
            long at = random.nextLong(1_000_000);
            item.timer.accept(at);
            moments.put(item, at);
        }
        long last = -1;
        int taken = 0;
        for (Item due; (due = wheel.takeDue(Long.MAX_VALUE - 1)) != null; taken++) {
            assertThat(moments.get(due)).isGreaterThanOrEqualTo(last);
            last = moments.get(due);
        }
        assertThat(taken).isEqualTo(10_000);
    }

    private Item item() {
        return new Item(wheel);
    }

    /// An item with its timer.
    private static final class Item {
        final TimerWheel.Timer<Item> timer;

        Item(TimerWheel<Item> wheel) {
            timer = wheel.timer(this);
        }
    }
}
