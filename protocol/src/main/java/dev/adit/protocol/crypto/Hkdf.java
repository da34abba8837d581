package dev.adit.protocol.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// HKDF (RFC 5869) with HMAC-BLAKE2s, as WireGuard cuts it: KDFn of the paper, §5.4.
///
/// Stateless; what is derived on the way is erased. Outputs are 32 bytes at the start of their
/// segments and may be the key or the input.
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
            MemorySegment pad = scratch.asSlice(PAD, Blake2s.BLOCK);
            MemorySegment state = scratch.asSlice(STATE, Blake2s.STATE);
            MemorySegment extracted = scratch.asSlice(EXTRACTED, HASH);
            MemorySegment previous = scratch.asSlice(PREVIOUS, HASH);
            MemorySegment index = scratch.asSlice(INDEX, 1);
            try {
                // t0 := Hmac(key, input), t1 := Hmac(t0, 1), ti := Hmac(t0, t(i-1) ‖ i)
                hmac(pad, state, extracted, key, input);
                for (int i = 0; i < outs.length; i++) {
                    index.set(ValueLayout.JAVA_BYTE, 0, (byte) (i + 1));
                    if (i == 0) hmac(pad, state, previous, extracted, index);
                    else hmac(pad, state, previous, extracted, previous, index);
                    MemorySegment.copy(previous, 0, outs[i], 0, HASH);
                }
            } finally {
                scratch.fill((byte) 0);
            }
        }
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

    // Offsets in the scratch memory.
    private static final int STATE = 0;
    private static final int PAD = STATE + Blake2s.STATE;
    private static final int EXTRACTED = PAD + Blake2s.BLOCK;
    private static final int PREVIOUS = EXTRACTED + HASH;
    private static final int INDEX = PREVIOUS + HASH;
    private static final int SCRATCH = INDEX + 8;

    private Hkdf() {}
}
