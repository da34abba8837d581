package dev.adit.it.tcp;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;

import java.lang.foreign.MemorySegment;
import java.util.Queue;

/// Packets of a batch as arrays. Stateless.
final class PacketCutter {
    /// Adds entry `i` of a batch, cut where it is a super-packet.
    static void cut(
            PacketBatch batch,
            int i,
            Segmenter segmenter,
            MemorySegment scratch,
            Queue<? super byte[]> to) {
        if (batch.segmentSize(i) == 0) {
            to.add(batch.memory().asSlice(batch.offset(i), batch.length(i)).toArray(ByteOrders.U8));
            return;
        }
        int count =
                segmenter.begin(
                        batch.memory(), batch.offset(i), batch.length(i), batch.segmentSize(i));
        for (int k = 0; k < count; k++) {
            segmenter.write(k, scratch, 0);
            to.add(scratch.asSlice(0, segmenter.length(k)).toArray(ByteOrders.U8));
        }
    }

    private PacketCutter() {}
}
