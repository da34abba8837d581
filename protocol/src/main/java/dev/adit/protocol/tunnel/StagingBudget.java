package dev.adit.protocol.tunnel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// Bounds the memory that the staged packets of all peers take together.
///
/// When less than an eighth of it is free, the peers that hold most drop packets, down to a common
/// level, until a quarter is free. So a peer that holds little loses nothing, whatever is sent to
/// the others; and the cost of the search for the largest holders is spread over all the packets
/// that find room before the next one.
///
/// Thread-safe. While there is room, nothing is locked, and peers share only a counter. Takes the
/// monitors of [StagedPackets], one at a time.
class StagingBudget {
    private final long limit;
    private final AtomicLong held = new AtomicLong();
    private final Set<StagedPackets> holders = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean trimming = new AtomicBoolean();

    /// @param limit bytes of memory
    StagingBudget(long limit) {
        this.limit = limit;
    }

    /// Takes `bytes` from the budget, if there are as many left.
    boolean take(int bytes) {
        if (held.addAndGet(bytes) <= limit) return true;
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(int bytes) {
        held.addAndGet(-bytes);
    }

    /// Registers `packets`, which are no longer empty.
    void enter(StagedPackets packets) {
        holders.add(packets);
    }

    /// Unregisters `packets`, which are empty now.
    void leave(StagedPackets packets) {
        holders.remove(packets);
    }

    /// Makes room for a packet, unless another thread is doing so already; that thread is not
    /// waited for. Has to be called without a monitor.
    ///
    /// @return the number of packets dropped
    int makeRoom() {
        if (held.get() <= limit - limit / 8 || !trimming.compareAndSet(false, true)) {
            return 0;
        }
        try {
            return trim(limit - limit / 4);
        } catch (OutOfMemoryError notNow) {
            return 0; // the next packets are refused at the limit
        } finally {
            trimming.set(false);
        }
    }

    private int trim(long target) {
        int level = level(target);
        int dropped = 0;
        for (StagedPackets holder : holders) {
            if (held.get() <= target) break;
            if (holder.held() > level) dropped += holder.trim(level);
        }
        return dropped;
    }

    /// The highest level at which all peers together hold no more than `target` bytes.
    private int level(long target) {
        int[] sizes = holders.stream().mapToInt(StagedPackets::held).toArray();
        int low = 0, high = IntStream.of(sizes).max().orElse(0);
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (total(sizes, middle) <= target) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    private static long total(int[] sizes, int level) {
        long total = 0;
        for (int size : sizes) total += Math.min(size, level);
        return total;
    }

    /// Bytes of memory in use.
    long held() {
        return held.get();
    }
}
