package dev.adit.stack.memory;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A bounded queue of packets or datagrams with three numbers each. Guarded by its owner.
public final class RecordQueue {
    private final BlockQueue bytes;
    private final int maxRecords; // a power of two
    private final int maxBytes;
    private long[] facts = {}; // FACTS for each record, in a ring
    private long head; // number of the oldest record
    private long tail;
    private long begin; // where its bytes begin
    private long end;

    /// @param maxRecords a power of two
    public RecordQueue(BlockPool pool, int maxRecords, int maxBytes) {
        bytes = new BlockQueue(pool);
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /// Appends a record.
    ///
    /// @return false when there is no room or no memory; nothing has changed then
    public boolean add(MemorySegment from, long at, int length, long a, long b, long c) {
        if (tail - head >= maxRecords || end - begin + length > maxBytes) return false;
        if (bytes.write(end, from, at, length) < length) {
            if (isEmpty()) bytes.clear();
            else bytes.releaseFrom(end);
            return false;
        }
        if ((tail - head + 1) * FACTS > facts.length) grow();
        int i = index(tail++);
        facts[i] = length;
        facts[i + 1] = a;
        facts[i + 2] = b;
        facts[i + 3] = c;
        end += length;
        return true;
    }

    private void grow() {
        long[] old = facts;
        long[] bigger = new long[Math.max(4 * FACTS, 2 * old.length)];
        for (long n = head; n < tail; n++) {
            int from = (int) (n & old.length / FACTS - 1) * FACTS;
            System.arraycopy(
                    old, from, bigger, (int) (n & bigger.length / FACTS - 1) * FACTS, FACTS);
        }
        facts = bigger;
    }

    private int index(long record) {
        return (int) (record & facts.length / FACTS - 1) * FACTS;
    }

    public boolean isEmpty() {
        return head == tail;
    }

    /// How many records there are.
    public int size() {
        return (int) (tail - head);
    }

    /// The length of the oldest record in bytes.
    public int length() {
        return (int) facts[index(head)];
    }

    /// One of the three numbers of the oldest record, by 0 to 2.
    public long fact(int number) {
        return facts[index(head) + 1 + number];
    }

    /// Copies `length` bytes of the oldest record, from its byte `from` on.
    public void copy(int from, MemorySegment to, long at, int length) {
        bytes.read(begin + from, to, at, length);
    }

    /// Removes the oldest record.
    public void remove() {
        begin += length();
        head++;
        bytes.release(begin, end);
    }

    /// Removes all records.
    public void clear() {
        head = tail;
        begin = end;
        bytes.clear();
        facts = Arrays.copyOf(facts, 0);
    }

    private static final int FACTS = 4;
}
