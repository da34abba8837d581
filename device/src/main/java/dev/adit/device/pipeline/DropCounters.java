package dev.adit.device.pipeline;

import dev.adit.protocol.drop.DropReason;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counters of dropped packets by reason. Thread-safe.
public final class DropCounters {
    private final LongAdder[] count = new LongAdder[DropReason.values().length];

    DropCounters() {
        for (int i = 0; i < count.length; i++) count[i] = new LongAdder();
    }

    void count(DropReason reason) {
        count[reason.ordinal()].increment();
    }

    /// Counts several packets, which were waiting or were dropped together.
    public void count(DropReason reason, int packets) {
        if (packets > 0) count[reason.ordinal()].add(packets);
    }

    /// The counters of all reasons, including those at zero.
    public Map<DropReason, Long> snapshot() {
        Map<DropReason, Long> counters = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            counters.put(reason, count[reason.ordinal()].sum());
        }
        return counters;
    }
}
