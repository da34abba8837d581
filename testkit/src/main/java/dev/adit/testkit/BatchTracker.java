package dev.adit.testkit;

import dev.adit.ip.packet.PacketBatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers the batches that a device has passed to a port, to check that their memory is freed in
/// the end. Thread-safe.
final class BatchTracker {
    private final Set<PacketBatch> seen = ConcurrentHashMap.newKeySet();

    void see(PacketBatch batch) {
        if (!seen.contains(batch)) seen.add(batch);
    }

    /// How many of them are still in memory.
    long alive() {
        return seen.stream().filter(batch -> batch.memory().scope().isAlive()).count();
    }

    int size() {
        return seen.size();
    }
}
