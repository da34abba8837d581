package dev.adit.net.socket;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.net.DatagramPacket;

/// Remembers the capacity of the [java.net.DatagramPacket] that was received into last. Confined to
/// one thread.
///
/// Setting the length of a packet also lowers what the next datagram may have; only the JDK's own
/// sockets can set the one without the other. So that a packet can be received into again and
/// again, its capacity is kept until its program changes it.
final class DatagramPacketCapacity {
    private WeakReference<DatagramPacket> last = new WeakReference<>(null);
    private byte @Nullable [] data;
    private int offset;
    private int length;
    private int capacity;

    /// How many bytes fit into `packet`.
    int of(DatagramPacket packet) {
        boolean isUnchanged =
                last.refersTo(packet)
                        && packet.getData() == data
                        && packet.getOffset() == offset
                        && packet.getLength() == length;
        if (!isUnchanged) {
            if (!last.refersTo(packet)) last = new WeakReference<>(packet);
            data = packet.getData();
            offset = packet.getOffset();
            capacity = packet.getLength();
        }
        length = packet.getLength();
        return capacity;
    }

    /// `packet` has this many bytes now.
    void received(DatagramPacket packet, int bytes) {
        packet.setLength(bytes);
        length = bytes;
    }
}
