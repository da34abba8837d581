package dev.adit.vector;

import static dev.adit.vector.Scratch.BLOCK;
import static dev.adit.vector.Scratch.BLOCK_STEP;
import static dev.adit.vector.Scratch.CHUNKS;
import static dev.adit.vector.Scratch.CHUNK_STEP;
import static dev.adit.vector.Scratch.KEYS;
import static dev.adit.vector.Scratch.KEYS_STEP;
import static dev.adit.vector.Scratch.STREAM;
import static dev.adit.vector.Scratch.SUM;
import static dev.adit.vector.Scratch.TAGS;
import static dev.adit.vector.Scratch.TAGS_STEP;
import static dev.adit.vector.Scratch.TAILS;
import static dev.adit.vector.Scratch.WORDS;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import jdk.incubator.vector.LongVector;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;

/// Seals and opens sixteen packets at once (RFC 8439, section 2.8, without additional data).
/// Confined to one thread at a time.
///
/// ChaCha20 has a packet in each of 16 lanes of 32 bits and makes the same block of all key streams
/// at once; transposed, that is 64 bytes for each packet. With eight packets or fewer, each gets
/// two blocks or more. Poly1305 has a packet in each of 8 lanes of 64 bits, so it goes over the
/// packets twice, and takes the ciphertext transposed the other way.
final class VectorWorker implements WideCipher.Worker {
    final Scratch scratch = new Scratch();
    private final MemorySegment memory = scratch.memory;
    private final PacketGroup group = new PacketGroup();

    @Override
    public void seal(MemorySegment key, AeadBatch work, int from, int to) {
        if (from >= to) return;
        try {
            group.set(work, from, to, work.length[from], 0, Aead.TAG);
            begin(key);
            crypt();
            authenticate(group.out, group.outAt);
            group.writeTags(memory);
        } finally {
            end(key);
        }
    }

    @Override
    public void open(MemorySegment key, AeadBatch work, int from, int to) {
        if (from >= to) return;
        try {
            int length = work.length[from] - Aead.TAG;
            if (length < 0) {
                Arrays.fill(work.length, from, to, AeadBatch.REFUSED);
                return;
            }
            group.set(work, from, to, length, Aead.TAG, 0);
            begin(key);
            if (group.tail() > 0) group.loadTail(memory);
            authenticate(group.in, group.inAt);
            group.compareTags(memory, work.length, from);
            crypt();
        } finally {
            end(key);
        }
    }

    /// Makes the one-time keys of Poly1305 from block 0 of the key streams (section 2.6).
    private void begin(MemorySegment key) {
        ChaCha20.start(memory, key, group.counter, group.width);
        stream(0);
        Transposition.longs8(memory, STREAM_ROWS, 0, 0, 1, memory, KEYS);
        Transposition.longs8(memory, STREAM_ROWS, 8, 0, 1, memory, KEYS + KEYS_STEP);
    }

    /// Encrypts or decrypts from block 1 on (section 2.4); small groups have some of these blocks
    /// already.
    private void crypt() {
        int chunks = group.chunks(), blocks = Species512.LANES / group.width;
        for (int i = 0; i < chunks; i++) group.crypt(memory, streamOf(i + 1, blocks), i);
        if (group.tail() > 0) group.cryptTail(memory, streamOf(chunks + 1, blocks));
    }

    /// The offset of block `number` of the first packet's key stream, which is made together with
    /// others.
    private long streamOf(int number, int blocks) {
        int ahead = number % blocks;
        if (ahead == 0) stream(number);
        return STREAM + ahead * group.width * (long) Species512.BYTES;
    }

    private void stream(int number) {
        ChaCha20.block(memory, number);
        Transposition.ints16(memory, BLOCK, STREAM);
    }

    /// Makes the tags of the ciphertext, whose tails are in the scratch memory.
    private void authenticate(MemorySegment text, long[] offsets) {
        for (int first = 0; first < group.count; first += 8) {
            long key = KEYS + first / 8 * (long) KEYS_STEP;
            scratch.sum.fill((byte) 0);
            int left = group.chunks();
            long at = 0;
            for (; left > CHUNKS; left -= CHUNKS, at += CHUNKS * Species512.BYTES) {
                Transposition.longs8(text, offsets, first, at, CHUNKS, memory, WORDS);
                Poly1305.absorb(memory, SUM, key, WORDS, CHUNKS * BLOCKS);
            }
            Transposition.longs8(text, offsets, first, at, left, memory, WORDS);
            Poly1305.absorb(memory, SUM, key, WORDS, appendRest(first, left));
            Poly1305.finish(memory, SUM, key, TAGS + first / 8 * (long) TAGS_STEP);
        }
    }

    /// Appends the tail and the block with the lengths to `chunks` chunks of words.
    ///
    /// @return the number of blocks afterwards
    private int appendRest(int first, int chunks) {
        int blocks = chunks * BLOCKS;
        int tail = group.tail();
        if (tail > 0) {
            Transposition.longs8(
                    memory, TAIL_ROWS, first, 0, 1, memory, WORDS + chunks * (long) CHUNK_STEP);
            blocks += (tail + Aead.TAG - 1) / Aead.TAG;
        }
        long at = WORDS + blocks * (long) BLOCK_STEP;
        LongVector.zero(Species512.LONG_LANES).intoMemorySegment(memory, at, Species512.ORDER);
        LongVector.broadcast(Species512.LONG_LANES, group.length)
                .intoMemorySegment(memory, at + Species512.BYTES, Species512.ORDER);
        return blocks + 1;
    }

    private void end(MemorySegment key) {
        scratch.erase();
        group.clear();
        Reference.reachabilityFence(key);
    }

    /// Blocks of Poly1305 in a chunk.
    private static final int BLOCKS = Species512.BYTES / 16;

    private static final long[] STREAM_ROWS = rows(STREAM), TAIL_ROWS = rows(TAILS);

    private static long[] rows(long at) {
        long[] offsets = new long[Species512.LANES];
        Arrays.setAll(offsets, i -> at + i * Species512.BYTES);
        return offsets;
    }
}
