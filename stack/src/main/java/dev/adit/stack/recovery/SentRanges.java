package dev.adit.stack.recovery;

import java.util.Arrays;

/// The data that was sent and is not yet acknowledged: a list of ranges without gaps, one for each
/// super-packet, split where a SACK block or a retransmission ends inside one, merged when both
/// sides have arrived.
///
/// A position is the number of sequence numbers before it: the SYN has 0, the first byte 1. Guarded
/// by the connection.
public final class SentRanges {
    // Range i, counted from `head`, goes from the end of the one before, or from `una`, to end[i].
    private long[] end = NO_LONGS;
    private long[] sentAt = NO_LONGS;
    private byte[] flags = NO_BYTES;
    private int[] segments = NO_INTS;
    private int head;
    private int count;

    private long una;
    private long sackedBytes;
    private int sackedSegments;
    private long lostBytes;
    private int retransmitted; // ranges that are in the network again
    private long highestDelivered; // RACK.fack
    private final AckSample sample = new AckSample();

    public SentRanges() {}

    /// The first position that is not acknowledged.
    public long una() {
        return una;
    }

    /// One behind the last position that was sent.
    public long nxt() {
        return count == 0 ? una : end[head + count - 1];
    }

    public int count() {
        return count;
    }

    /// True when nothing more may be sent, for want of room in the list.
    public boolean isFull() {
        return count >= MAX_SENT;
    }

    /// Bytes thought to be in the network (RFC 6675: pipe).
    public long inFlight() {
        return nxt() - una - sackedBytes - lostBytes;
    }

    public long sackedBytes() {
        return sackedBytes;
    }

    /// Segments that were selectively acknowledged, at least.
    public int sackedSegments() {
        return sackedSegments;
    }

    /// Bytes that are lost and not sent again.
    public long lostBytes() {
        return lostBytes;
    }

    /// True when RACK may have something to find.
    public boolean isDisordered() {
        return sackedBytes > 0 || retransmitted > 0;
    }

    /// What the acknowledgement at hand has told so far.
    public AckSample sample() {
        return sample;
    }

    /// Forgets what the last acknowledgement told.
    public AckSample beginSample() {
        sample.reset();
        return sample;
    }

    /// Adds what is sent now, behind all before.
    ///
    /// @param bytes sequence numbers
    /// @param inSegments how many segments they are
    public void sent(long now, long bytes, int inSegments) {
        long to = nxt() + bytes;
        if (head + count == end.length) makeRoom();
        int i = head + count++;
        end[i] = to;
        sentAt[i] = now;
        flags[i] = 0;
        segments[i] = inSegments;
    }

    private void makeRoom() {
        if (head > 0 && count <= end.length / 2) {
            move(head, 0, count);
            head = 0;
            return;
        }
        int size = Math.max(MIN_SIZE, 2 * count);
        int from = head;
        end = Arrays.copyOf(from == 0 ? end : Arrays.copyOfRange(end, from, from + count), size);
        sentAt = grow(sentAt, from, size);
        byte[] newFlags = new byte[size];
        System.arraycopy(flags, from, newFlags, 0, count);
        flags = newFlags;
        int[] newSegments = new int[size];
        System.arraycopy(segments, from, newSegments, 0, count);
        segments = newSegments;
        head = 0;
    }

    private long[] grow(long[] old, int from, int size) {
        long[] bigger = new long[size];
        System.arraycopy(old, from, bigger, 0, count);
        return bigger;
    }

    private void move(int from, int to, int number) {
        System.arraycopy(end, from, end, to, number);
        System.arraycopy(sentAt, from, sentAt, to, number);
        System.arraycopy(flags, from, flags, to, number);
        System.arraycopy(segments, from, segments, to, number);
    }

    public long start(int i) {
        return i == 0 ? una : end[head + i - 1];
    }

    public long end(int i) {
        return end[head + i];
    }

    public long sentAt(int i) {
        return sentAt[head + i];
    }

    public boolean isSacked(int i) {
        return (flags[head + i] & SACKED) != 0;
    }

    public boolean isLost(int i) {
        return (flags[head + i] & LOST) != 0;
    }

    public boolean wasRetransmitted(int i) {
        return (flags[head + i] & RETRANSMITTED) != 0;
    }

    /// All before `to` has arrived.
    public void acknowledge(long to) {
        while (count > 0 && end[head] <= to) {
            long bytes = end[head] - una;
            boolean before = isSacked(0);
            if (!before) deliver(0, bytes, false);
            unmark(0, bytes);
            una = end[head];
            head++;
            count--;
        }
        if (count > 0 && to > una) trim(to);
        una = Math.max(una, to);
        if (count == 0) {
            head = 0;
            if (end.length > KEPT_SIZE) release();
        }
    }

    private void release() {
        end = NO_LONGS;
        sentAt = NO_LONGS;
        flags = NO_BYTES;
        segments = NO_INTS;
    }

    /// Cuts the front off the first range.
    private void trim(long to) {
        long bytes = to - una;
        int cut = part(0, bytes);
        if (isSacked(0)) {
            sackedBytes -= bytes;
            sackedSegments -= cut;
        } else {
            sample.add(to, bytes, sentAt[head], wasRetransmitted(0), false);
            highestDelivered = Math.max(highestDelivered, to);
            if (isLost(0)) lostBytes -= bytes;
        }
        segments[head] = Math.max(1, segments[head] - cut);
        una = to;
    }

    /// About how many of the segments of range `i` are in its first `bytes`; fewer than all.
    private int part(int i, long bytes) {
        long whole = end(i) - start(i);
        return (int) Math.min(segments[head + i] - 1, segments[head + i] * bytes / whole);
    }

    private void deliver(int i, long bytes, boolean selectively) {
        long to = end(i);
        boolean again = wasRetransmitted(i);
        sample.add(to, bytes, sentAt(i), again, selectively);
        if (to < highestDelivered && !again) sample.isReordered = true;
        highestDelivered = Math.max(highestDelivered, to);
    }

    /// Takes range `i` out of all counts.
    private void unmark(int i, long bytes) {
        byte was = flags[head + i];
        if ((was & SACKED) != 0) {
            sackedBytes -= bytes;
            sackedSegments -= segments[head + i];
        }
        if ((was & LOST) != 0) lostBytes -= bytes;
        if ((was & FLYING_AGAIN) != 0) retransmitted--;
    }

    /// What is between has arrived (RFC 2018). Ignored where it is not sent or known already, and
    /// where it would split a range and there are too many of them.
    ///
    /// @return true when something of it was news
    public boolean sack(long from, long to) {
        boolean news = false;
        for (int i = indexOf(from); i < count && start(i) < to; i++) {
            if (isSacked(i)) continue;
            if (start(i) < from) {
                if (!split(i, from)) continue;
                i++;
            }
            if (end(i) > to && !split(i, to)) break;
            long bytes = end(i) - start(i);
            deliver(i, bytes, true);
            unmark(i, bytes);
            flags[head + i] = (byte) (flags[head + i] & RETRANSMITTED | SACKED);
            sackedBytes += bytes;
            sackedSegments += segments[head + i];
            news = true;
        }
        if (news) merge(Math.max(0, indexOf(from) - 1), to);
        return news;
    }

    /// The range that has `position`, or the last.
    private int indexOf(long position) {
        int low = 0, high = count - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (end(middle) <= position) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// Splits range `i`; false when there are too many.
    private boolean split(int i, long at) {
        if (count >= MAX_RANGES) return false;
        if (head + count == end.length) makeRoom();
        int first = part(i, at - start(i));
        int k = head + i;
        move(k, k + 1, count - i);
        count++;
        end[k] = at;
        int rest = segments[k] - first;
        segments[k] = Math.max(1, first);
        segments[k + 1] = Math.max(1, rest);
        if ((flags[k] & SACKED) != 0)
            sackedSegments += segments[k] + segments[k + 1] - first - rest;
        if ((flags[k] & FLYING_AGAIN) != 0) retransmitted++;
        return true;
    }

    /// Makes one of neighbours that have both arrived.
    private void merge(int from, long to) {
        int kept = from;
        int i = from + 1;
        for (; i < count && start(i) <= to; i++) {
            boolean both = (flags[head + kept] & flags[head + i] & SACKED) != 0;
            if (both) {
                int k = head + kept;
                end[k] = end[head + i];
                sentAt[k] = Math.max(sentAt[k], sentAt[head + i]);
                flags[k] |= flags[head + i];
                segments[k] += segments[head + i];
            } else if (++kept != i) {
                copy(i, kept);
            }
        }
        int gone = i - kept - 1;
        if (gone == 0) return;
        move(head + i, head + kept + 1, count - i);
        count -= gone;
    }

    private void copy(int from, int to) {
        end[head + to] = end[head + from];
        sentAt[head + to] = sentAt[head + from];
        flags[head + to] = flags[head + from];
        segments[head + to] = segments[head + from];
    }

    /// Range `i` is lost.
    public void markLost(int i) {
        if ((flags[head + i] & (SACKED | LOST)) != 0) return;
        if ((flags[head + i] & FLYING_AGAIN) != 0) retransmitted--;
        flags[head + i] = (byte) (flags[head + i] & ~FLYING_AGAIN | LOST);
        lostBytes += end(i) - start(i);
    }

    /// The first `bytes` of what was sent are lost.
    public void markFirstLost(long bytes) {
        if (count == 0) return;
        if (end(0) - una > bytes) split(0, una + bytes);
        markLost(0);
    }

    /// All is lost that has not arrived; after reneging (RFC 2018 §8) what had arrived, too.
    public void markAllLost() {
        boolean reneged = count > 0 && isSacked(0);
        for (int i = 0; i < count; i++) {
            if (reneged && isSacked(i)) {
                unmark(i, end(i) - start(i));
                flags[head + i] &= ~SACKED;
            }
            markLost(i);
        }
    }

    /// What was thought lost and is not sent again is in the network after all.
    public void unmarkLost() {
        for (int i = 0; i < count; i++) flags[head + i] &= ~LOST;
        lostBytes = 0;
    }

    /// The first range that is lost, or -1.
    public int firstLost() {
        if (lostBytes == 0) return -1;
        for (int i = 0; i < count; i++) {
            if (isLost(i)) return i;
        }
        return -1;
    }

    /// The beginning of range `i` is sent again.
    ///
    /// @param bytes how much of it; the rest becomes a range of its own
    /// @return how much of it counts as sent: all when it could not be split
    public long retransmitted(long now, int i, long bytes) {
        if (end(i) - start(i) > bytes) split(i, start(i) + bytes);
        byte was = flags[head + i];
        if ((was & LOST) != 0) lostBytes -= end(i) - start(i);
        if ((was & FLYING_AGAIN) == 0) retransmitted++;
        flags[head + i] = (byte) (was & ~LOST | RETRANSMITTED | FLYING_AGAIN);
        sentAt[head + i] = now;
        return end(i) - start(i);
    }

    /// Makes the end of what was sent a range of at most `bytes`, if that can be.
    ///
    /// @return its number
    public int splitLast(long bytes) {
        int last = count - 1;
        if (end(last) - start(last) > bytes && split(last, end(last) - bytes)) last++;
        return last;
    }

    /// Nothing was sent, and the next position is `position`.
    public void restart(long position) {
        una = position;
        head = count = 0;
        sackedBytes = lostBytes = 0;
        sackedSegments = retransmitted = 0;
        release();
    }

    /// Ranges that sending makes; splitting may make twice as many.
    public static final int MAX_SENT = 1024;

    private static final int MAX_RANGES = 2 * MAX_SENT;
    private static final int MIN_SIZE = 8;
    private static final int KEPT_SIZE = 64;
    private static final byte SACKED = 1;
    private static final byte LOST = 2;
    private static final byte RETRANSMITTED = 4; // at least once
    private static final byte FLYING_AGAIN =
            8; // sent again and not known to be lost or to have arrived
    private static final long[] NO_LONGS = {};
    private static final int[] NO_INTS = {};
    private static final byte[] NO_BYTES = {};
}
