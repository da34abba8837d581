package dev.adit.protocol.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// HKDF (RFC 5869) with HMAC-BLAKE2s, as WireGuard uses it: KDFn of the paper, §5.4.
///
/// Stateless; intermediate values are erased. Outputs are 32 bytes at the start of their segments
/// and may be the key or the input.
public final class Hkdf {
    /// `out1` := KDF1(key, input).
    public static void kdf1(MemorySegment key, MemorySegment input, MemorySegment out1) {
        derive(key, input, out1);
    }

    /// (`out1`, `out2`) := KDF2(key, input).
    public static void kdf2(
            MemorySegment key, MemorySegment input, MemorySegment out1, MemorySegment out2) {
        derive(key, input, out1, out2);
    }

    /// (`out1`, `out2`, `out3`) := KDF3(key, input).
    public static void kdf3(
            MemorySegment key,
            MemorySegment input,
            MemorySegment out1,
            MemorySegment out2,
            MemorySegment out3) {
        derive(key, input, out1, out2, out3);
    }

    private static void derive(MemorySegment key, MemorySegment input, MemorySegment... outs) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(SCRATCH, 8);
            try {
                extract(scratch, key, input);
                for (int i = 0; i < outs.length; i++) {
                    expand(scratch, i);
                    MemorySegment.copy(scratch, BLOCK, outs[i], 0, HASH);
                }
            } finally {
                scratch.fill((byte) 0);
            }
        }
    }

    /// Computes t0 := Hmac(key, input) and the two chaining values of t0 as a key.
    private static void extract(MemorySegment scratch, MemorySegment key, MemorySegment input) {
        MemorySegment pad = scratch.asSlice(PAD, Blake2s.BLOCK);
        MemorySegment extracted = scratch.asSlice(INNER_CHAIN, HASH);
        hmac(pad, scratch.asSlice(STATE, Blake2s.STATE), extracted, key, input);
        pad.copyFrom(extracted);
        pad.asSlice(HASH).fill((byte) 0);
        absorb(scratch, INNER, INNER_CHAIN);
        absorb(scratch, INNER ^ OUTER, OUTER_CHAIN);
        scratch.asSlice(BLOCK, Blake2s.BLOCK).fill((byte) 0);
    }

    /// Stores at `chain` the chaining value after compressing t0, padded and under `mask`, from
    /// which all outputs continue.
    private static void absorb(MemorySegment scratch, long mask, int chain) {
        MemorySegment pad = scratch.asSlice(PAD, Blake2s.BLOCK);
        xor(pad, mask);
        MemorySegment.copy(pad, 0, scratch, BLOCK, Blake2s.BLOCK);
        Blake2s.begin(scratch, HASH);
        Blake2s.compress(scratch, Blake2s.BLOCK, 0);
        MemorySegment.copy(scratch, STATE, scratch, chain, HASH);
    }

    /// Computes t1 := Hmac(t0, 1), ti := Hmac(t0, t(i-1) ‖ i): writes output `i`, counted from 0,
    /// to the start of the block, in place of the one before it.
    private static void expand(MemorySegment scratch, int i) {
        int length = i == 0 ? 0 : HASH;
        scratch.set(ValueLayout.JAVA_BYTE, BLOCK + length, (byte) (i + 1));
        finish(scratch, INNER_CHAIN, length + 1);
        scratch.set(ValueLayout.JAVA_BYTE, BLOCK + HASH, (byte) 0);
        finish(scratch, OUTER_CHAIN, HASH);
    }

    /// Hashes the `length` bytes in the block, continuing from `chain`, and writes the digest in
    /// their place.
    private static void finish(MemorySegment scratch, int chain, int length) {
        MemorySegment.copy(scratch, chain, scratch, STATE, HASH);
        Blake2s.compress(scratch, Blake2s.BLOCK + length, -1);
        MemorySegment.copy(scratch, STATE, scratch, BLOCK, HASH);
    }

    /// HMAC (RFC 2104) of `parts`, one after the other, to `out`, which may be one of them. Leaves
    /// the padded key in `pad`.
    static void hmac(
            MemorySegment pad,
            MemorySegment state,
            MemorySegment out,
            MemorySegment key,
            MemorySegment... parts) {
        pad.fill((byte) 0);
        if (key.byteSize() > Blake2s.BLOCK) {
            new Blake2s(HASH, MemorySegment.NULL, state).update(key).digest(pad, 0);
        } else {
            MemorySegment.copy(key, 0, pad, 0, key.byteSize());
        }
        xor(pad, INNER);
        Blake2s inner = new Blake2s(HASH, MemorySegment.NULL, state).update(pad);
        for (MemorySegment part : parts) inner.update(part);
        inner.digest(out, 0);
        xor(pad, INNER ^ OUTER);
        new Blake2s(HASH, MemorySegment.NULL, state)
                .update(pad)
                .update(out, 0, HASH)
                .digest(out, 0);
    }

    private static void xor(MemorySegment pad, long mask) {
        for (int i = 0; i < Blake2s.BLOCK; i += 8) {
            pad.set(
                    ValueLayout.JAVA_LONG_UNALIGNED,
                    i,
                    pad.get(ValueLayout.JAVA_LONG_UNALIGNED, i) ^ mask);
        }
    }

    private static final int HASH = Blake2s.DIGEST;
    private static final long INNER = 0x3636363636363636L;
    private static final long OUTER = 0x5c5c5c5c5c5c5c5cL;

    // Offsets in the scratch memory, which starts with a state of Blake2s.
    private static final int STATE = 0;
    private static final int BLOCK = STATE + Blake2s.BUFFER;
    private static final int PAD = STATE + Blake2s.STATE;
    private static final int INNER_CHAIN = PAD + Blake2s.BLOCK;
    private static final int OUTER_CHAIN = INNER_CHAIN + HASH;
    private static final int SCRATCH = OUTER_CHAIN + HASH;

    private Hkdf() {}
}
