package dev.adit.protocol.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/// The open-addressed table against a map.
class IndexTableTest {

    @Test
    void agreesWithAMap() {
        Property.check(
                200,
                random -> {
                    IndexTable<Entry> table = table(few(random));
                    Map<Integer, Entry> map = new HashMap<>();
                    List<Entry> released = new ArrayList<>();
                    int most = 1 + random.nextInt(200);
                    for (int step = 0; step < 1000; step++) {
                        if (map.size() < most && random.nextInt(5) < 3) {
                            Entry fresh = table.allocate(Entry::new);
                            assertThat(map.put(fresh.index(), fresh)).isNull();
                        } else if (!map.isEmpty()) {
                            Entry any = List.copyOf(map.values()).get(random.nextInt(map.size()));
                            table.release(any.index());
                            map.remove(any.index());
                            released.add(any);
                        }
                        int asked = few(random).nextInt();
                        assertThat(table.lookup(asked)).isSameAs(map.get(asked));
                        assertThat(table.size()).isEqualTo(map.size());
                    }
                    map.forEach((i, entry) -> assertThat(table.lookup(i)).isSameAs(entry));
                    for (Entry entry : released) {
                        if (!map.containsKey(entry.index())) table.release(entry.index());
                    }
                    assertThat(table.size()).isEqualTo(map.size());
                });
    }

    /// So few different numbers that they collide, as slots and as indices.
    private static RandomGenerator few(RandomGenerator random) {
        return new RandomGenerator() {
            @Override
            public int nextInt() {
                return random.nextInt(600) * (random.nextBoolean() ? 1 : 1 << 16);
            }

            @Override
            public long nextLong() {
                throw new AssertionError("an index is an int");
            }
        };
    }

    @Test
    void releasingTwiceOrNobodyDoesNothing() {
        IndexTable<Entry> table = table(new SplittableRandom(1));
        Entry one = table.allocate(Entry::new), two = table.allocate(Entry::new);
        table.release(one.index());
        table.release(one.index());
        table.release(one.index() + 1);
        assertThat(table.size()).isEqualTo(1);
        assertThat(table.lookup(one.index())).isNull();
        assertThat(table.lookup(two.index())).isSameAs(two);
    }

    @Test
    void manyComeAndGoInATableThatStaysSmall() {
        IndexTable<Entry> table = table(new SplittableRandom(1));
        Entry kept = table.allocate(Entry::new);
        for (int i = 0; i < 200_000; i++) table.release(table.allocate(Entry::new).index());
        assertThat(table.size()).isEqualTo(1);
        assertThat(table.lookup(kept.index())).isSameAs(kept);
    }

    @Test
    void holdsAHundredThousand() {
        IndexTable<Entry> table = table(new SplittableRandom(1));
        List<Entry> all = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) all.add(table.allocate(Entry::new));
        for (Entry entry : all) {
            if (table.lookup(entry.index()) != entry) assertThat(entry).isNull();
        }
        assertThat(table.size()).isEqualTo(100_000);
    }

    /// Readers take no lock: whoever is there all the time is found all the time, and whoever is
    /// found has the index that was asked for.
    @Test
    void whoStaysIsAlwaysFoundWhileOthersComeAndGo() throws Exception {
        IndexTable<Entry> table = table(new SplittableRandom(1));
        List<Entry> staying = new ArrayList<>();
        for (int i = 0; i < 50; i++) staying.add(table.allocate(Entry::new));
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                readers.add(
                        threads.submit(
                                () -> {
                                    long missing = 0;
                                    do {
                                        for (Entry entry : staying) {
                                            Entry found = table.lookup(entry.index());
                                            if (found != entry) missing++;
                                        }
                                    } while (!done.get());
                                    return missing;
                                }));
            }
            List<Entry> passing = new ArrayList<>();
            RandomGenerator random = new SplittableRandom(2);
            for (int i = 0; i < 100_000; i++) {
                if (passing.size() < 300 && random.nextInt(3) > 0) {
                    passing.add(table.allocate(Entry::new));
                } else if (!passing.isEmpty()) {
                    table.release(passing.removeLast().index());
                }
                if (i % 1000 == 0) {
                    for (Entry entry : passing.reversed()) table.release(entry.index());
                }
                if (i % 1000 == 0) passing.clear();
            }
            done.set(true);
            for (Future<Long> reader : readers) assertThat(reader.get()).isZero();
        }
    }

    private static IndexTable<Entry> table(RandomGenerator random) {
        return new IndexTable<>(random, Entry::index);
    }

    /// An entry that knows no more than its index. Compared by identity.
    private static final class Entry {
        private final int index;

        Entry(int index) {
            this.index = index;
        }

        int index() {
            return index;
        }
    }
}
