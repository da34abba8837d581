package dev.adit.ip.packet;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A batch of packets in one block of native memory, each an offset and a length.
///
/// A batch belongs to one thread at a time; handing it over hands over the memory too. It is filled
/// by a platform (a TUN, a socket) or by the protocol, and read by the other; nothing is allocated
/// after construction.
///
/// An entry is one packet, or, where [#segmentSize] is not 0, a *super-packet*:
///
/// - from a UDP socket: datagrams of `segmentSize` bytes back to back, the last one possibly
///   shorter;
/// - from a TUN: one TCP or UDP packet whose payload is to be cut every `segmentSize` bytes, each
///   piece behind its own copy of the headers, whose lengths, sequence numbers and checksums are
///   set by the code that cuts.
///
/// There are at least [#HEADROOM] writable bytes before every entry, so that a platform can prepend
/// a header of its own without copying the packet.
public final class PacketBatch implements AutoCloseable {
    private final @Nullable Arena arena; // null when the memory is another batch's
    private final MemorySegment memory;
    private final MemorySegment addresses;
    private final int[] offset;
    private final int[] length;
    private final int[] segmentSize;
    private final byte[] trafficClass;
    private final byte[] hopLimit;
    private int size;

    /// A batch of at most `capacity` entries in `bytes` bytes of zeroed memory, all of which is
    /// resident from now on, used or not.
    @SuppressWarnings("MustBeClosedChecker") // close() closes it
    public PacketBatch(int capacity, int bytes) {
        arena = Arena.ofShared();
        memory = arena.allocate(bytes, PAGE);
        addresses = arena.allocate((long) capacity * ADDRESS_BYTES, PAGE);
        offset = new int[capacity];
        length = new int[capacity];
        segmentSize = new int[capacity];
        trafficClass = new byte[capacity];
        hopLimit = new byte[capacity];
    }

    /// A second list of at most `capacity` entries over the memory of `owner`, which must outlive
    /// it.
    public PacketBatch(PacketBatch owner, int capacity) {
        arena = null;
        memory = owner.memory;
        addresses = owner.addresses;
        offset = new int[capacity];
        length = new int[capacity];
        segmentSize = new int[capacity];
        trafficClass = new byte[capacity];
        hopLimit = new byte[capacity];
    }

    /// The memory that holds all entries.
    public MemorySegment memory() {
        return memory;
    }

    /// The maximum number of entries.
    public int capacity() {
        return offset.length;
    }

    /// The number of entries.
    public int size() {
        return size;
    }

    /// True when there is no room for another entry.
    public boolean isFull() {
        return size == offset.length;
    }

    /// Removes all entries; the bytes stay.
    public void clear() {
        size = 0;
    }

    /// Appends a packet that lies at `at` in [#memory]. The batch must not be full.
    public void add(int at, int bytes) {
        add(at, bytes, 0, 0);
    }

    /// Appends an entry.
    ///
    /// @param segment the size of its segments, or 0 for a plain packet
    /// @param trafficClass the outer IPv4 TOS or IPv6 traffic class, 0 to 255: as received, or to
    ///   be sent
    public void add(int at, int bytes, int segment, int trafficClass) {
        offset[size] = at;
        length[size] = bytes;
        segmentSize[size] = segment;
        this.trafficClass[size] = (byte) trafficClass;
        hopLimit[size] = 0;
        size++;
    }

    /// The offset of entry `i` in [#memory].
    public int offset(int i) {
        return offset[i];
    }

    /// The length of entry `i` in bytes, all segments together.
    public int length(int i) {
        return length[i];
    }

    /// The size of the segments of entry `i`, or 0 when it is a plain packet.
    public int segmentSize(int i) {
        return segmentSize[i];
    }

    /// The outer traffic class (DSCP and ECN) of entry `i`, 0 to 255.
    public int trafficClass(int i) {
        return trafficClass[i] & 0xff;
    }

    /// The outer hop limit to send entry `i` with, 1 to 255, or 0 for the system's own.
    public int hopLimit(int i) {
        return hopLimit[i] & 0xff;
    }

    /// Sets the outer hop limit of the entry that was added last.
    public void setHopLimit(int hops) {
        hopLimit[size - 1] = (byte) hops;
    }

    /// The source addresses of the entries, [#ADDRESS_BYTES] for each, in a form private to the
    /// platform that filled the batch.
    public MemorySegment addresses() {
        return addresses;
    }

    /// Frees the memory. No thread may use the batch afterwards.
    @Override
    public void close() {
        size = 0;
        if (arena == null || !arena.scope().isAlive()) return;
        arena.close();
    }

    /// Number of writable bytes before every entry.
    public static final int HEADROOM = 16;

    /// Bytes of [#addresses] for each entry.
    public static final int ADDRESS_BYTES = 128;

    private static final int PAGE = 4096;
}
