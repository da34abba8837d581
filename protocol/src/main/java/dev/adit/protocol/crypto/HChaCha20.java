package dev.adit.protocol.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// HChaCha20 (draft-irtf-cfrg-xchacha-03 §2.2): derives a key from a key and 16 bytes of nonce.
/// Stateless.
final class HChaCha20 {
    /// Writes 32 bytes to the start of `out`, derived from `key` and the 16 bytes at the start of
    /// `nonce`.
    static void derive(MemorySegment key, MemorySegment nonce, MemorySegment out) {
        int v0 = 0x61707865, v1 = 0x3320646e, v2 = 0x79622d32, v3 = 0x6b206574;
        int v4 = key.get(LE32, 0), v5 = key.get(LE32, 4), v6 = key.get(LE32, 8);
        int v7 = key.get(LE32, 12), v8 = key.get(LE32, 16), v9 = key.get(LE32, 20);
        int v10 = key.get(LE32, 24), v11 = key.get(LE32, 28);
        int v12 = nonce.get(LE32, 0), v13 = nonce.get(LE32, 4);
        int v14 = nonce.get(LE32, 8), v15 = nonce.get(LE32, 12);

        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            v12 = Integer.rotateLeft(v12 ^ (v0 += v4), 16);
            v4 = Integer.rotateLeft(v4 ^ (v8 += v12), 12);
            v12 = Integer.rotateLeft(v12 ^ (v0 += v4), 8);
            v4 = Integer.rotateLeft(v4 ^ (v8 += v12), 7);

            v13 = Integer.rotateLeft(v13 ^ (v1 += v5), 16);
            v5 = Integer.rotateLeft(v5 ^ (v9 += v13), 12);
            v13 = Integer.rotateLeft(v13 ^ (v1 += v5), 8);
            v5 = Integer.rotateLeft(v5 ^ (v9 += v13), 7);

            v14 = Integer.rotateLeft(v14 ^ (v2 += v6), 16);
            v6 = Integer.rotateLeft(v6 ^ (v10 += v14), 12);
            v14 = Integer.rotateLeft(v14 ^ (v2 += v6), 8);
            v6 = Integer.rotateLeft(v6 ^ (v10 += v14), 7);

            v15 = Integer.rotateLeft(v15 ^ (v3 += v7), 16);
            v7 = Integer.rotateLeft(v7 ^ (v11 += v15), 12);
            v15 = Integer.rotateLeft(v15 ^ (v3 += v7), 8);
            v7 = Integer.rotateLeft(v7 ^ (v11 += v15), 7);

            v15 = Integer.rotateLeft(v15 ^ (v0 += v5), 16);
            v5 = Integer.rotateLeft(v5 ^ (v10 += v15), 12);
            v15 = Integer.rotateLeft(v15 ^ (v0 += v5), 8);
            v5 = Integer.rotateLeft(v5 ^ (v10 += v15), 7);

            v12 = Integer.rotateLeft(v12 ^ (v1 += v6), 16);
            v6 = Integer.rotateLeft(v6 ^ (v11 += v12), 12);
            v12 = Integer.rotateLeft(v12 ^ (v1 += v6), 8);
            v6 = Integer.rotateLeft(v6 ^ (v11 += v12), 7);

            v13 = Integer.rotateLeft(v13 ^ (v2 += v7), 16);
            v7 = Integer.rotateLeft(v7 ^ (v8 += v13), 12);
            v13 = Integer.rotateLeft(v13 ^ (v2 += v7), 8);
            v7 = Integer.rotateLeft(v7 ^ (v8 += v13), 7);

            v14 = Integer.rotateLeft(v14 ^ (v3 += v4), 16);
            v4 = Integer.rotateLeft(v4 ^ (v9 += v14), 12);
            v14 = Integer.rotateLeft(v14 ^ (v3 += v4), 8);
            v4 = Integer.rotateLeft(v4 ^ (v9 += v14), 7);
        }
        out.set(LE32, 0, v0);
        out.set(LE32, 4, v1);
        out.set(LE32, 8, v2);
        out.set(LE32, 12, v3);
        out.set(LE32, 16, v12);
        out.set(LE32, 20, v13);
        out.set(LE32, 24, v14);
        out.set(LE32, 28, v15);
    }

    private static final int DOUBLE_ROUNDS = 10;

    private static final ValueLayout.OfInt LE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private HChaCha20() {}
}
