package dev.adit.protocol.session;

import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.packet.PacketBatch;
import dev.adit.protocol.wire.Bytes;
import dev.adit.protocol.wire.TransportData;

import java.lang.foreign.MemorySegment;

/// Packets on their way into a session: plain ones in, sealed ones out.
///
/// Confined to the thread that owns it. All packets between two [#clear]s must lie in the same
/// plain batch. Sealed packets follow each other without a gap, so that a platform may send equal
/// ones in one piece.
public final class Outbound implements AutoCloseable {
    private final PacketBatch sealed;
    private final AeadBatch work;
    private final int bytes;
    private int end = PacketBatch.HEADROOM;
    private int dataPackets;

    /// Room for `capacity` packets of `bytes` bytes together once they are sealed.
    public Outbound(int capacity, int bytes) {
        sealed = new PacketBatch(capacity, bytes);
        work = new AeadBatch(capacity);
        this.bytes = bytes;
    }

    /// Forgets all packets.
    public void clear() {
        sealed.clear();
        work.count = 0;
        end = PacketBatch.HEADROOM;
        dataPackets = 0;
    }

    /// True when a packet of `length` bytes can still be added.
    public boolean fits(int length) {
        return !sealed.isFull() && end + TransportData.OVERHEAD + length + PADDING <= bytes;
    }

    /// Appends the packet at `offset` of `plain`, padded with zeros to a multiple of 16 but never
    /// beyond `mtu` (paper §5.4.6). A packet of no bytes is a keepalive. There must be room, and 15
    /// writable bytes behind the packet.
    ///
    /// @param mtu the interface's MTU, or 0 for no limit to the padding
    /// @param trafficClass the outer traffic class to send it with
    public void add(MemorySegment plain, int offset, int length, int mtu, int trafficClass) {
        int padded = length + padding(length, mtu);
        for (int i = length; i < padded; i++) plain.set(Bytes.U8, offset + i, (byte) 0);
        work.in = plain;
        work.out = sealed.memory();
        work.add(offset, end + TransportData.HEADER_LENGTH, padded, 0);
        sealed.add(end, padded + TransportData.OVERHEAD, 0, trafficClass);
        end += padded + TransportData.OVERHEAD;
        if (length > 0) dataPackets++;
    }

    /// Zeros to add to a packet of `length` bytes.
    static int padding(int length, int mtu) {
        int padded = -PADDING & length + PADDING - 1;
        if (mtu == 0) return padded - length;
        // A packet longer than the MTU is one that is cut on its way: its last piece is what is
        // padded.
        int last = length > mtu ? length % mtu : length;
        return Math.min(mtu, -PADDING & last + PADDING - 1) - last;
    }

    /// The sealed packets, in the order in which they were added.
    public PacketBatch sealed() {
        return sealed;
    }

    /// How many packets there are.
    public int count() {
        return work.count;
    }

    /// How many of them are not keepalives.
    public int dataPackets() {
        return dataPackets;
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
