package dev.adit.protocol.session;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.wire.TransportData;

import java.lang.foreign.MemorySegment;

/// A batch of packets to be sealed by a session: takes plain packets, yields sealed ones.
///
/// Confined to the thread that owns it. Packets are copied to the place where they will be sealed:
/// that costs little beside sealing, leaves their source unchanged, and lets a super-packet be cut
/// on the way. Sealed packets follow each other without a gap, so that a platform may send equal
/// ones in one piece.
public final class SealBatch implements AutoCloseable {
    private final PacketBatch sealed;
    private final AeadBatch work;
    private final int bytes;
    private int end = PacketBatch.HEADROOM;
    private int dataPackets;
    private long firstCounter = Session.EXHAUSTED;

    /// A batch with room for `capacity` packets, which may take `bytes` bytes together once they
    /// are sealed.
    public SealBatch(int capacity, int bytes) {
        sealed = new PacketBatch(capacity, bytes);
        work = new AeadBatch(capacity);
        work.in = sealed.memory();
        work.out = sealed.memory();
        this.bytes = bytes;
    }

    /// Removes all packets.
    public void clear() {
        sealed.clear();
        work.count = 0;
        end = PacketBatch.HEADROOM;
        dataPackets = 0;
        firstCounter = Session.EXHAUSTED;
    }

    /// True when there is room for a packet of `length` bytes.
    public boolean fits(int length) {
        return !sealed.isFull() && end + TransportData.OVERHEAD + length + PADDING <= bytes;
    }

    /// Appends the packet at `offset` of `plain`, padded with zeros to a multiple of 16 but never
    /// beyond `mtu` (paper §5.4.6). A packet of no bytes is a keepalive. There must be room.
    ///
    /// @param mtu the MTU of the packet's route, or 0 for no limit to the padding
    /// @param trafficClass the outer traffic class to send the packet with
    public void add(MemorySegment plain, int offset, int length, int mtu, int trafficClass) {
        MemorySegment.copy(plain, offset, sealed.memory(), start(), length);
        append(length, mtu, trafficClass);
    }

    /// Appends segment `i` of `segmenter` in the same way.
    public void add(Segmenter segmenter, int i, int mtu, int trafficClass) {
        segmenter.write(i, sealed.memory(), start());
        append(segmenter.length(i), mtu, trafficClass);
    }

    /// Sets the outer hop limit of the packet that was added last; 0 for the system's own.
    public void setHopLimit(int hops) {
        sealed.setHopLimit(hops);
    }

    private int start() {
        return end + TransportData.HEADER_LENGTH;
    }

    /// Appends the packet that has been written to the next free place.
    private void append(int length, int mtu, int trafficClass) {
        int padded = length + padding(length, mtu);
        int at = start();
        for (int i = length; i < padded; i++) sealed.memory().set(ByteOrders.U8, at + i, (byte) 0);
        work.add(at, at, padded, 0);
        sealed.add(end, padded + TransportData.OVERHEAD, 0, trafficClass);
        end += padded + TransportData.OVERHEAD;
        if (length > 0) dataPackets++;
    }

    /// The number of zeros to append to a packet of `length` bytes.
    static int padding(int length, int mtu) {
        int padded = -PADDING & length + PADDING - 1;
        if (mtu == 0) return padded - length;
        // A packet longer than the MTU is cut on its way: only its last piece is padded.
        int last = length > mtu ? length % mtu : length;
        return Math.min(mtu, -PADDING & last + PADDING - 1) - last;
    }

    /// The sealed packets, in the order in which they were added.
    public PacketBatch sealed() {
        return sealed;
    }

    /// The number of packets.
    public int count() {
        return work.count;
    }

    /// The number of packets that are not keepalives.
    public int dataPackets() {
        return dataPackets;
    }

    /// The length of all packets together when sealed.
    public int sealedBytes() {
        return end - PacketBatch.HEADROOM;
    }

    /// The counter of the first packet; the others have consecutive ones.
    long firstCounter() {
        return firstCounter;
    }

    void firstCounter(long counter) {
        firstCounter = counter;
    }

    AeadBatch work() {
        return work;
    }

    @Override
    public void close() {
        sealed.close();
    }

    private static final int PADDING = 16;
}
