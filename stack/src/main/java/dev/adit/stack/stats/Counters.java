package dev.adit.stack.stats;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/// Counts the events of a stack, with one number for each [Counter]. Thread-safe.
public final class Counters {
    private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);

    /// All zero.
    public Counters() {}

    /// Adds one.
    public void count(Counter counter) {
        values.getAndIncrement(counter.ordinal());
    }

    /// Adds `number`.
    public void add(Counter counter, long number) {
        values.getAndAdd(counter.ordinal(), number);
    }

    /// The number now.
    public long get(Counter counter) {
        return values.get(counter.ordinal());
    }

    /// All that are not zero.
    public Map<Counter, Long> snapshot() {
        Map<Counter, Long> all = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            if (get(counter) != 0) all.put(counter, get(counter));
        }
        return all;
    }
}
