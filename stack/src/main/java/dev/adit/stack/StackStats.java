package dev.adit.stack;

import dev.adit.stack.stats.Counter;

import java.util.Map;

/// The counters of a stack, and the number of its connections and its memory at one moment.
/// Immutable.
///
/// @param counters those that are not zero
/// @param connections that are not over
/// @param timeWaits connections in TIME-WAIT
/// @param memory bytes that queues take
public record StackStats(Map<Counter, Long> counters, int connections, int timeWaits, long memory) {
    public StackStats {
        counters = Map.copyOf(counters);
    }
}
