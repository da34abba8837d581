package dev.adit.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The scratch memory of a worker, through which the kernels pass data to each other. Confined to
/// the worker's thread.
///
/// It lies outside the heap, because the garbage collector copies what is on the heap and erases
/// nothing.
///
/// The kernels exchange data through memory, never by arguments or results that are vectors. A
/// vector stays in a register only if everything done with it is inlined into one compiled method,
/// and is an object otherwise; one such place costs up to 50 times the time. C1 runs out of virtual
/// registers in long methods. C2 always inlines the Vector API, but methods of ours only until it
/// has made 18,000 nodes, of which an access to a segment takes some hundreds. So a kernel is one
/// method of at most about 32 such accesses that contains its own loops; a helper that returns a
/// vector is called, if at all, only at the beginning of a method that is too long to be inlined.
final class Scratch {

    /// The input of the ChaCha20 block function (RFC 8439, section 2.3): row `i` has word `i` of
    /// all lanes.
    static final int STATE = 0;

    /// Its output, in the same layout.
    static final int BLOCK = STATE + Species512.LANES * Species512.BYTES;

    /// The output transposed: row `i` has the 64 bytes of lane `i`.
    static final int STREAM = BLOCK + Species512.LANES * Species512.BYTES;

    /// The one-time keys of Poly1305: for each group of eight lanes a row with the low and one with
    /// the high half of `r`, and two with those of `s`.
    static final int KEYS = STREAM + Species512.LANES * Species512.BYTES;

    /// Distance from a group of [#KEYS] to the next. Behind the keys is the rest of the key block.
    static final int KEYS_STEP = 8 * Species512.BYTES;

    /// The sums of Poly1305 of a group: five rows of limbs with 26 bits.
    static final int SUM = KEYS + 2 * KEYS_STEP;

    /// The tags of all lanes: a row with low and one with high halves for each group.
    static final int TAGS = SUM + 5 * Species512.BYTES;

    static final int TAGS_STEP = 2 * Species512.BYTES;

    /// End of the part with secrets.
    static final int SECRETS = TAGS + 2 * TAGS_STEP;

    /// The number of blocks by which each lane is ahead of the first.
    static final int AHEAD = SECRETS;

    /// The last bytes of each packet's ciphertext, padded with zeros; row `i` is lane `i`.
    static final int TAILS = AHEAD + Species512.BYTES;

    /// Ciphertext of a group: two rows for each block of 16 bytes, one with low and one with high
    /// halves.
    static final int WORDS = TAILS + Species512.LANES * Species512.BYTES;

    /// The number of 64-byte chunks of a packet that fit there, besides a last incomplete one and
    /// the block with the lengths. As many as an ordinary packet has, and no more: data beyond the
    /// first-level cache costs time.
    static final int CHUNKS = 24;

    /// Bytes in [#WORDS] of a chunk of all packets of a group.
    static final int CHUNK_STEP = 8 * Species512.BYTES;

    /// Bytes in [#WORDS] of a block of all packets of a group.
    static final int BLOCK_STEP = 2 * Species512.BYTES;

    private static final int SIZE = WORDS + (CHUNKS + 1) * CHUNK_STEP + BLOCK_STEP;

    final MemorySegment memory = Arena.ofAuto().allocate(SIZE, Species512.BYTES);

    /// [#SUM] alone.
    final MemorySegment sum = memory.asSlice(SUM, TAGS - SUM);

    /// The part with secrets.
    final MemorySegment secrets = memory.asSlice(0, SECRETS);

    void erase() {
        secrets.fill((byte) 0);
    }
}
