package dev.adit.stack;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.ip.LocalAddresses;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// Takes packets for own addresses out of what is transmitted, and hands them back as if they had
/// been received. Confined to the transmitting thread.
final class Loopback {
    private final LocalAddresses addresses;
    private final Receiver receiver;
    private final Segmenter segmenter = new Segmenter();
    private @Nullable PacketBatch received; // made when it is first needed

    /// Takes what comes back.
    interface Receiver {
        void receive(PacketBatch packets);
    }

    Loopback(LocalAddresses addresses, Receiver receiver) {
        this.addresses = addresses;
        this.receiver = receiver;
    }

    /// Takes packets for own addresses out of `out`, from entry `from` on.
    void divert(PacketBatch out, int from) {
        int first = from;
        while (first < out.size() && !isLocal(out, first)) first++;
        if (first == out.size()) return;
        // Entries keep their memory when the list is made anew.
        int size = out.size();
        int[] offsets = new int[size], lengths = new int[size], segments = new int[size];
        int[] classes = new int[size];
        for (int i = 0; i < size; i++) {
            offsets[i] = out.offset(i);
            lengths[i] = out.length(i);
            segments[i] = out.segmentSize(i);
            classes[i] = out.trafficClass(i);
        }
        boolean[] local = new boolean[size];
        for (int i = first; i < size; i++) local[i] = isLocal(out, i);
        out.clear();
        for (int i = 0; i < size; i++) {
            if (!local[i]) out.add(offsets[i], lengths[i], segments[i], classes[i]);
            else deliver(out.memory(), offsets[i], lengths[i], segments[i]);
        }
    }

    private boolean isLocal(PacketBatch out, int i) {
        MemorySegment memory = out.memory();
        long at = out.offset(i);
        if (IpPacket.isV6(memory, at)) {
            return addresses.contains(
                    true,
                    memory.get(ByteOrders.BE64, at + IpPacket.V6_DESTINATION),
                    memory.get(ByteOrders.BE64, at + IpPacket.V6_DESTINATION + 8));
        }
        int destination = memory.get(ByteOrders.BE32, at + IpPacket.V4_DESTINATION);
        return addresses.contains(false, (long) destination << 32, 0);
    }

    private void deliver(MemorySegment memory, int offset, int length, int segmentSize) {
        if (received == null) received = new PacketBatch(ENTRIES, BYTES);
        received.clear();
        if (segmentSize == 0) {
            MemorySegment.copy(memory, offset, received.memory(), PacketBatch.HEADROOM, length);
            received.add(PacketBatch.HEADROOM, length);
            receiver.receive(received);
            return;
        }
        int at = PacketBatch.HEADROOM;
        int count = segmenter.begin(memory, offset, length, segmentSize);
        for (int i = 0; i < count; i++) {
            int bytes = segmenter.length(i);
            if (received.isFull() || at + bytes > BYTES) {
                receiver.receive(received);
                received.clear();
                at = PacketBatch.HEADROOM;
            }
            segmenter.write(i, received.memory(), at);
            received.add(at, bytes);
            at += bytes + PacketBatch.HEADROOM;
        }
        if (received.size() > 0) receiver.receive(received);
    }

    void close() {
        if (received != null) received.close();
    }

    private static final int ENTRIES = 64;
    private static final int BYTES = 128 << 10;
}
