package dev.adit.protocol.crypto.spi;

import java.lang.foreign.MemorySegment;

/// A batch of packets to seal or open in one call: ranges of one native segment, written to ranges
/// of another.
///
/// Reused by the thread that owns it. The arrays are public because the innermost loop of the data
/// path reads and writes them.
public final class AeadBatch {
    /// The segment that all inputs lie in.
    public MemorySegment in = MemorySegment.NULL;

    /// The segment that all outputs lie in; may be [#in].
    public MemorySegment out = MemorySegment.NULL;

    /// Offset of each input.
    public final int[] inOffset;

    /// Offset of each output.
    public final int[] outOffset;

    /// Input lengths; after an open, output lengths or [#REFUSED].
    public final int[] length;

    /// The counter of each packet, from which its nonce is made.
    public final long[] counter;

    /// The number of packets.
    public int count;

    /// The first packet to work on; those before it are left alone.
    public int first;

    /// A batch of at most `capacity` packets.
    public AeadBatch(int capacity) {
        inOffset = new int[capacity];
        outOffset = new int[capacity];
        length = new int[capacity];
        counter = new long[capacity];
    }

    /// Appends a packet.
    public void add(int inAt, int outAt, int bytes, long nonce) {
        inOffset[count] = inAt;
        outOffset[count] = outAt;
        length[count] = bytes;
        counter[count] = nonce;
        count++;
    }

    /// The length of a packet that was not authentic.
    public static final int REFUSED = -1;
}
