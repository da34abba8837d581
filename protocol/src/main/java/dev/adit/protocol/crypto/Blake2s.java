package dev.adit.protocol.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// BLAKE2s (RFC 7693), plain or keyed, with a digest of 1 to 32 bytes.
///
/// Good for one message: [#digest] erases the object, which cannot be used after that. Confined to
/// one thread at a time. The state lies outside the heap.
public final class Blake2s {
    private final MemorySegment state;
    private final int digestLength;
    private int buffered;
    private long compressed;

    /// A plain hash of `digestLength` bytes.
    public Blake2s(int digestLength) {
        this(digestLength, MemorySegment.NULL);
    }

    /// A hash of `digestLength` bytes under a key of at most 32 bytes; an empty key means none.
    public Blake2s(int digestLength, MemorySegment key) {
        this(digestLength, key, Arena.ofAuto().allocate(STATE, Integer.BYTES));
    }

    /// The same, with its state in `state`: [#STATE] zeroed bytes.
    Blake2s(int digestLength, MemorySegment key, MemorySegment state) {
        int keyLength = Math.toIntExact(key.byteSize());
        if (digestLength < 1 || digestLength > DIGEST) {
            throw new IllegalArgumentException("digest of " + digestLength + " bytes");
        }
        if (keyLength > KEY) throw new IllegalArgumentException("key of " + keyLength + " bytes");
        this.state = state;
        this.digestLength = digestLength;
        begin(state, keyLength << 8 | digestLength);
        if (keyLength > 0) {
            MemorySegment.copy(key, 0, state, BUFFER, keyLength);
            buffered = BLOCK;
        }
    }

    /// Appends the whole of `data` to the message.
    public Blake2s update(MemorySegment data) {
        return update(data, 0, data.byteSize());
    }

    /// Appends `length` bytes at `offset` to the message.
    public Blake2s update(MemorySegment data, long offset, long length) {
        if (buffered < 0) throw new IllegalStateException("digest already taken");
        long at = offset;
        long end = offset + length;
        while (at < end) {
            // The last block is compressed by digest(): a full buffer waits until more comes.
            if (buffered == BLOCK) {
                compressed += BLOCK;
                compress(state, compressed, 0);
                buffered = 0;
            }
            int bytes = (int) Math.min(BLOCK - buffered, end - at);
            MemorySegment.copy(data, at, state, BUFFER + buffered, bytes);
            buffered += bytes;
            at += bytes;
        }
        return this;
    }

    /// Writes the digest at `offset` of `out` and erases the state.
    public void digest(MemorySegment out, long offset) {
        if (buffered < 0) throw new IllegalStateException("digest already taken");
        state.asSlice(BUFFER + buffered, BLOCK - buffered).fill((byte) 0);
        compress(state, compressed + buffered, -1);
        MemorySegment.copy(state, 0, out, offset, digestLength);
        state.fill((byte) 0);
        buffered = -1;
    }

    /// Hashes `parts`, one after the other, and writes the 32 bytes to the start of `out`, which
    /// may be one of them.
    public static void hash(MemorySegment out, MemorySegment... parts) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE, 4);
            try {
                Blake2s hash = new Blake2s(DIGEST, MemorySegment.NULL, state);
                for (MemorySegment part : parts) hash.update(part);
                hash.digest(out, 0);
            } finally {
                state.fill((byte) 0);
            }
        }
    }

    /// Computes the 16-byte keyed hash of `length` bytes at `offset` of `data` and writes it to
    /// `outOffset` of `out`.
    public static void mac(
            MemorySegment key,
            MemorySegment data,
            long offset,
            long length,
            MemorySegment out,
            long outOffset) {
        try (Arena arena = Arena.ofConfined()) {
            mac(key, data, offset, length, out, outOffset, arena.allocate(STATE, 4));
        }
    }

    /// The same, computed in `state`: [#STATE] bytes that are zero before and after.
    public static void mac(
            MemorySegment key,
            MemorySegment data,
            long offset,
            long length,
            MemorySegment out,
            long outOffset,
            MemorySegment state) {
        try {
            new Blake2s(MAC, key, state).update(data, offset, length).digest(out, outOffset);
        } finally {
            state.fill((byte) 0);
        }
    }

    /// Sets the chaining value at the start of `state` to that of a message with nothing compressed
    /// yet.
    ///
    /// @param parameters the first two bytes of the parameter block: the lengths of digest and key
    static void begin(MemorySegment state, int parameters) {
        for (int i = 0; i < 8; i++) state.set(LE32, 4L * i, IV[i]);
        state.set(LE32, 0, IV[0] ^ 0x01010000 ^ parameters);
    }

    /// Applies the function F of RFC 7693 §3.2 to the block in `s` and updates the chaining value
    /// there.
    ///
    /// @param count bytes of the message up to the end of this block, including a key block
    /// @param last all ones for the last block of the message, otherwise zero
    static void compress(MemorySegment s, long count, int last) {
        int v0 = s.get(LE32, 0), v1 = s.get(LE32, 4), v2 = s.get(LE32, 8), v3 = s.get(LE32, 12);
        int v4 = s.get(LE32, 16), v5 = s.get(LE32, 20), v6 = s.get(LE32, 24), v7 = s.get(LE32, 28);
        int v8 = IV[0], v9 = IV[1], v10 = IV[2], v11 = IV[3];
        int v12 = IV[4] ^ (int) count, v13 = IV[5] ^ (int) (count >>> 32);
        int v14 = IV[6] ^ last, v15 = IV[7];

        for (int r = 0; r < SIGMA.length; r += 16) {
            v12 = Integer.rotateRight(v12 ^ (v0 += v4 + word(s, r)), 16);
            v4 = Integer.rotateRight(v4 ^ (v8 += v12), 12);
            v12 = Integer.rotateRight(v12 ^ (v0 += v4 + word(s, r + 1)), 8);
            v4 = Integer.rotateRight(v4 ^ (v8 += v12), 7);

            v13 = Integer.rotateRight(v13 ^ (v1 += v5 + word(s, r + 2)), 16);
            v5 = Integer.rotateRight(v5 ^ (v9 += v13), 12);
            v13 = Integer.rotateRight(v13 ^ (v1 += v5 + word(s, r + 3)), 8);
            v5 = Integer.rotateRight(v5 ^ (v9 += v13), 7);

            v14 = Integer.rotateRight(v14 ^ (v2 += v6 + word(s, r + 4)), 16);
            v6 = Integer.rotateRight(v6 ^ (v10 += v14), 12);
            v14 = Integer.rotateRight(v14 ^ (v2 += v6 + word(s, r + 5)), 8);
            v6 = Integer.rotateRight(v6 ^ (v10 += v14), 7);

            v15 = Integer.rotateRight(v15 ^ (v3 += v7 + word(s, r + 6)), 16);
            v7 = Integer.rotateRight(v7 ^ (v11 += v15), 12);
            v15 = Integer.rotateRight(v15 ^ (v3 += v7 + word(s, r + 7)), 8);
            v7 = Integer.rotateRight(v7 ^ (v11 += v15), 7);

            v15 = Integer.rotateRight(v15 ^ (v0 += v5 + word(s, r + 8)), 16);
            v5 = Integer.rotateRight(v5 ^ (v10 += v15), 12);
            v15 = Integer.rotateRight(v15 ^ (v0 += v5 + word(s, r + 9)), 8);
            v5 = Integer.rotateRight(v5 ^ (v10 += v15), 7);

            v12 = Integer.rotateRight(v12 ^ (v1 += v6 + word(s, r + 10)), 16);
            v6 = Integer.rotateRight(v6 ^ (v11 += v12), 12);
            v12 = Integer.rotateRight(v12 ^ (v1 += v6 + word(s, r + 11)), 8);
            v6 = Integer.rotateRight(v6 ^ (v11 += v12), 7);

            v13 = Integer.rotateRight(v13 ^ (v2 += v7 + word(s, r + 12)), 16);
            v7 = Integer.rotateRight(v7 ^ (v8 += v13), 12);
            v13 = Integer.rotateRight(v13 ^ (v2 += v7 + word(s, r + 13)), 8);
            v7 = Integer.rotateRight(v7 ^ (v8 += v13), 7);

            v14 = Integer.rotateRight(v14 ^ (v3 += v4 + word(s, r + 14)), 16);
            v4 = Integer.rotateRight(v4 ^ (v9 += v14), 12);
            v14 = Integer.rotateRight(v14 ^ (v3 += v4 + word(s, r + 15)), 8);
            v4 = Integer.rotateRight(v4 ^ (v9 += v14), 7);
        }
        s.set(LE32, 0, s.get(LE32, 0) ^ v0 ^ v8);
        s.set(LE32, 4, s.get(LE32, 4) ^ v1 ^ v9);
        s.set(LE32, 8, s.get(LE32, 8) ^ v2 ^ v10);
        s.set(LE32, 12, s.get(LE32, 12) ^ v3 ^ v11);
        s.set(LE32, 16, s.get(LE32, 16) ^ v4 ^ v12);
        s.set(LE32, 20, s.get(LE32, 20) ^ v5 ^ v13);
        s.set(LE32, 24, s.get(LE32, 24) ^ v6 ^ v14);
        s.set(LE32, 28, s.get(LE32, 28) ^ v7 ^ v15);
    }

    private static int word(MemorySegment state, int i) {
        return state.get(LE32, SIGMA[i]);
    }

    /// Bytes of the hash, and of the longest digest.
    public static final int DIGEST = 32;

    /// Bytes of [#mac].
    public static final int MAC = 16;

    /// Bytes of a block of the message.
    static final int BLOCK = 64;

    /// Bytes of the longest key.
    private static final int KEY = 32;

    // The state is the chaining value and, behind it, the block that is being filled.
    static final int BUFFER = 32;

    /// Bytes of the state.
    public static final int STATE = BUFFER + BLOCK;

    private static final ValueLayout.OfInt LE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int[] IV = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };

    // RFC 7693 §2.7: a line for a round, a digit for a word of the block; as offsets in the state.
    private static final int[] SIGMA =
            ("0123456789abcdef"
                            + "ea489fd61c02b753"
                            + "b8c052fdae367194"
                            + "7931dcbe265a40f8"
                            + "905724afe1bc683d"
                            + "2c6a0b834d75fe19"
                            + "c51fed4a0763928b"
                            + "db7ec13950f4862a"
                            + "6fe9b308c2d714a5"
                            + "a2847615fb9e3cd0")
                    .chars()
                    .map(digit -> BUFFER + 4 * Character.digit(digit, 16))
                    .toArray();
}
