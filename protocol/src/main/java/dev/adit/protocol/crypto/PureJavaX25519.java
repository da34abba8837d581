package dev.adit.protocol.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// X25519 (RFC 7748 §5) as a plain Montgomery ladder. It needs no set-up and is about ten times as
/// slow as the implementations made for speed. No branch and no index depends on a secret.
///
/// Its working memory is arrays, which are erased; a garbage collection in the meantime would leave
/// copies. Stateless.
final class PureJavaX25519 {
    /// `shared` := `scalar` × `point`. Returns false, with zeros in `shared`, when the product is
    /// zero.
    static boolean multiply(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        byte[] k = new byte[LENGTH], product = new byte[LENGTH];
        long[][] memory = new long[10][Field25519.LIMBS];
        Field25519 field = new Field25519();
        try {
            MemorySegment.copy(scalar, ValueLayout.JAVA_BYTE, 0, k, 0, LENGTH);
            k[0] &= (byte) 0xf8;
            k[31] = (byte) (k[31] & 0x7f | 0x40);
            byte[] u = new byte[LENGTH];
            MemorySegment.copy(point, ValueLayout.JAVA_BYTE, 0, u, 0, LENGTH);
            climb(field, k, u, memory);
            field.invert(memory[Z2], memory[A], memory[B]);
            field.multiply(memory[X2], memory[X2], memory[Z2]);
            field.encode(memory[X2], product);
            MemorySegment.copy(product, 0, shared, ValueLayout.JAVA_BYTE, 0, LENGTH);
            return !ConstantTime.equal(MemorySegment.ofArray(product), 0, ZEROS, 0, LENGTH);
        } finally {
            Arrays.fill(k, (byte) 0);
            Arrays.fill(product, (byte) 0);
            for (long[] number : memory) Arrays.fill(number, 0);
            field.erase();
        }
    }

    /// Runs the loop of RFC 7748 §5, with its names: leaves x_2 and z_2 in `m`.
    private static void climb(Field25519 field, byte[] k, byte[] u, long[][] m) {
        field.decode(u, m[X1]);
        m[X2][0] = 1;
        System.arraycopy(m[X1], 0, m[X3], 0, Field25519.LIMBS);
        m[Z3][0] = 1;
        int swapped = 0;
        for (int t = 254; t >= 0; t--) {
            int bit = k[t >> 3] >> (t & 7) & 1;
            swap(swapped ^ bit, m[X2], m[X3]);
            swap(swapped ^ bit, m[Z2], m[Z3]);
            swapped = bit;
            step(field, m);
        }
        swap(swapped, m[X2], m[X3]);
        swap(swapped, m[Z2], m[Z3]);
    }

    private static void step(Field25519 f, long[][] m) {
        f.add(m[A], m[X2], m[Z2]);
        f.subtract(m[B], m[X2], m[Z2]);
        f.add(m[C], m[X3], m[Z3]);
        f.subtract(m[D], m[X3], m[Z3]);
        f.multiply(m[D], m[D], m[A]); // DA
        f.multiply(m[C], m[C], m[B]); // CB
        f.add(m[X3], m[D], m[C]);
        f.multiply(m[X3], m[X3], m[X3]);
        f.subtract(m[Z3], m[D], m[C]);
        f.multiply(m[Z3], m[Z3], m[Z3]);
        f.multiply(m[Z3], m[Z3], m[X1]);
        f.multiply(m[A], m[A], m[A]); // AA
        f.multiply(m[B], m[B], m[B]); // BB
        f.multiply(m[X2], m[A], m[B]);
        f.subtract(m[E], m[A], m[B]);
        f.scale(m[B], m[E], A24);
        f.add(m[A], m[A], m[B]);
        f.multiply(m[Z2], m[E], m[A]);
    }

    /// Swaps the two when `bit` is 1, in a time that does not depend on it.
    private static void swap(int bit, long[] one, long[] other) {
        long mask = -(long) bit;
        for (int i = 0; i < Field25519.LIMBS; i++) {
            long difference = mask & (one[i] ^ other[i]);
            one[i] ^= difference;
            other[i] ^= difference;
        }
    }

    private static final int LENGTH = 32;
    private static final long A24 = 121665;
    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[LENGTH]).asReadOnly();

    // Indices of the ladder's variables, by their names in the RFC.
    private static final int X1 = 0, X2 = 1, Z2 = 2, X3 = 3, Z3 = 4;
    private static final int A = 5, B = 6, C = 7, D = 8, E = 9;

    private PureJavaX25519() {}
}
