package dev.adit.stack.tcp;

import java.util.Arrays;

/// The ranges received out of order: at most 64, sorted by position, with the order of their last
/// change for SACK (RFC 2018 §4). Guarded by the connection.
final class OutOfOrderRanges {
    private long[] from = NONE;
    private long[] to = NONE;
    private long[] age = NONE; // higher is newer
    private int count;
    private long clock;

    int count() {
        return count;
    }

    boolean isFull() {
        return count == MAX_RANGES;
    }

    long bytes() {
        long bytes = 0;
        for (int i = 0; i < count; i++) bytes += to[i] - from[i];
        return bytes;
    }

    long from(int i) {
        return from[i];
    }

    long to(int i) {
        return to[i];
    }

    /// The end of the range that has `position`, or `position`.
    long covered(long position) {
        for (int i = 0; i < count; i++) {
            if (from[i] <= position && position < to[i]) return to[i];
        }
        return position;
    }

    /// True when a range would be joined with one that is there.
    boolean touches(long start, long end) {
        for (int i = 0; i < count; i++) {
            if (from[i] <= end && start <= to[i]) return true;
        }
        return false;
    }

    /// Adds a range and joins those that it touches.
    void add(long start, long end) {
        int i = 0;
        while (i < count && to[i] < start) i++;
        long low = start, high = end;
        int j = i;
        for (; j < count && from[j] <= end; j++) {
            low = Math.min(low, from[j]);
            high = Math.max(high, to[j]);
        }
        if (j == i) {
            if (count == MAX_RANGES) return;
            if (count == from.length) grow();
            shift(i, i + 1);
            count++;
        } else if (j > i + 1) {
            shift(j, i + 1);
            count -= j - i - 1;
        }
        from[i] = low;
        to[i] = high;
        age[i] = ++clock;
    }

    private void shift(int i, int target) {
        int n = count - i;
        System.arraycopy(from, i, from, target, n);
        System.arraycopy(to, i, to, target, n);
        System.arraycopy(age, i, age, target, n);
    }

    private void grow() {
        int size = Math.max(4, 2 * count);
        from = Arrays.copyOf(from, size);
        to = Arrays.copyOf(to, size);
        age = Arrays.copyOf(age, size);
    }

    /// Removes what is in order now.
    ///
    /// @return the position up to which all is there
    long advance(long position) {
        long reached = position;
        int gone = 0;
        while (gone < count && from[gone] <= reached) reached = Math.max(reached, to[gone++]);
        if (gone > 0) {
            shift(gone, 0);
            count -= gone;
        }
        return reached;
    }

    /// The range that is newest but for those added to after `before`; -1 when there is none.
    int newest(long before) {
        int best = -1;
        for (int i = 0; i < count; i++) {
            if (age[i] < before && (best < 0 || age[i] > age[best])) best = i;
        }
        return best;
    }

    long age(int i) {
        return age[i];
    }

    void clear() {
        count = 0;
        from = to = age = NONE;
    }

    private static final int MAX_RANGES = 64;
    private static final long[] NONE = {};
}
