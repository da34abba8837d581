package dev.adit.vector;

import static dev.adit.vector.Species512.ORDER;

import static jdk.incubator.vector.VectorOperators.XOR;

import dev.adit.protocol.crypto.spi.AeadBatch;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A group of packets of one call, all of the same length, each in a lane. Confined to its worker's
/// thread.
///
/// If there are few packets, their lanes repeat. A lane without a packet repeats the first one, so
/// that there is always something to read; nothing is written for it.
final class PacketGroup {
    MemorySegment in = MemorySegment.NULL;
    MemorySegment out = MemorySegment.NULL;

    /// Length of the plain text in bytes.
    int length;

    /// The number of packets.
    int count;

    /// The number of lanes in which ChaCha20 makes one block; the others make the next blocks of
    /// the same packets. A power of two, at least [#count].
    int width;

    /// Offsets of the packets in [#in] and in [#out].
    final long[] inAt = new long[Species512.LANES];

    final long[] outAt = new long[Species512.LANES];
    final long[] counter = new long[Species512.LANES];

    /// The lanes whose output is written: at first all that have a packet.
    private final int[] written = new int[Species512.LANES];

    private int writtenCount;

    /// Sets the packets `from` to `to - 1`, of `plain` bytes without their tags. Checks that each
    /// lies in its segment before anything is read or written.
    void set(AeadBatch work, int from, int to, int plain, int inTag, int outTag) {
        if (to - from > Species512.LANES)
            throw new IllegalArgumentException(to - from + " packets");
        requireNative(work.in);
        requireNative(work.out);
        for (int i = from; i < to; i++) {
            if (work.length[i] != work.length[from]) {
                throw new IllegalArgumentException("packets of different lengths");
            }
            Objects.checkFromIndexSize(work.inOffset[i], (long) plain + inTag, work.in.byteSize());
            Objects.checkFromIndexSize(
                    work.outOffset[i], (long) plain + outTag, work.out.byteSize());
        }
        in = work.in;
        out = work.out;
        length = plain;
        count = writtenCount = to - from;
        width = Species512.LANES;
        while (width / 2 >= count) width /= 2;
        for (int lane = 0; lane < Species512.LANES; lane++) {
            int i = lane % width < count ? from + lane % width : from;
            inAt[lane] = work.inOffset[i];
            outAt[lane] = work.outOffset[i];
            counter[lane] = work.counter[i];
            written[lane] = lane;
        }
    }

    private static void requireNative(MemorySegment segment) {
        if (!segment.isNative()) throw new IllegalArgumentException("batch on the heap");
    }

    /// Drops the references to the caller's memory.
    void clear() {
        in = out = MemorySegment.NULL;
    }

    /// The number of whole 64-byte chunks in a packet.
    int chunks() {
        return length / Species512.BYTES;
    }

    /// The number of bytes after them.
    int tail() {
        return length % Species512.BYTES;
    }

    /// Exclusive-ors a whole chunk of each packet with the key stream.
    ///
    /// @param stream offset of the first packet's key stream in the scratch memory
    void crypt(MemorySegment scratch, long stream, int chunk) {
        long at = chunk * (long) Species512.BYTES;
        for (int i = 0; i < writtenCount; i++) {
            int lane = written[i];
            IntVector block =
                    IntVector.fromMemorySegment(INTS, scratch, stream + lane * STEP, ORDER);
            IntVector.fromMemorySegment(INTS, in, inAt[lane] + at, ORDER)
                    .lanewise(XOR, block)
                    .intoMemorySegment(out, outAt[lane] + at, ORDER);
        }
    }

    /// The same with the bytes after the whole chunks. Leaves the output, padded with zeros, in the
    /// tails.
    void cryptTail(MemorySegment scratch, long stream) {
        long at = chunks() * (long) Species512.BYTES;
        VectorMask<Byte> mask = BYTES.indexInRange(0, tail());
        for (int i = 0; i < writtenCount; i++) {
            int lane = written[i];
            ByteVector block =
                    ByteVector.fromMemorySegment(BYTES, scratch, stream + lane * STEP, ORDER);
            ByteVector result =
                    ByteVector.fromMemorySegment(BYTES, in, inAt[lane] + at, ORDER, mask)
                            .lanewise(XOR, block);
            result.intoMemorySegment(out, outAt[lane] + at, ORDER, mask);
            ByteVector.zero(BYTES)
                    .blend(result, mask)
                    .intoMemorySegment(scratch, Scratch.TAILS + lane * STEP, ORDER);
        }
    }

    /// Copies the input after the whole chunks, padded with zeros, to the tails.
    void loadTail(MemorySegment scratch) {
        long at = chunks() * (long) Species512.BYTES;
        VectorMask<Byte> mask = BYTES.indexInRange(0, tail());
        for (int lane = 0; lane < count; lane++) {
            ByteVector.fromMemorySegment(BYTES, in, inAt[lane] + at, ORDER, mask)
                    .intoMemorySegment(scratch, Scratch.TAILS + lane * STEP, ORDER);
        }
    }

    /// Writes the tags behind the packets.
    void writeTags(MemorySegment scratch) {
        for (int lane = 0; lane < count; lane++) {
            long at = outAt[lane] + length;
            out.set(LE64, at, scratch.get(LE64, tag(lane)));
            out.set(LE64, at + 8, scratch.get(LE64, tag(lane) + Species512.BYTES));
        }
    }

    /// Compares the tags with those behind the packets, and records in `lengths` from index `from`
    /// on which packets are authentic. From now on, only these are written.
    void compareTags(MemorySegment scratch, int[] lengths, int from) {
        writtenCount = 0;
        for (int lane = 0; lane < count; lane++) {
            long at = inAt[lane] + length;
            // Combines all the bits of both halves before anything depends on one of them.
            long difference =
                    (in.get(LE64, at) ^ scratch.get(LE64, tag(lane)))
                            | (in.get(LE64, at + 8)
                                    ^ scratch.get(LE64, tag(lane) + Species512.BYTES));
            lengths[from + lane] = difference == 0 ? length : AeadBatch.REFUSED;
            if (difference == 0) written[writtenCount++] = lane;
        }
    }

    private static long tag(int lane) {
        return Scratch.TAGS + lane / 8 * (long) Scratch.TAGS_STEP + lane % 8 * 8L;
    }

    private static final VectorSpecies<Byte> BYTES = Species512.BYTE_LANES;
    private static final VectorSpecies<Integer> INTS = Species512.INT_LANES;
    private static final long STEP = Species512.BYTES;
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
}
