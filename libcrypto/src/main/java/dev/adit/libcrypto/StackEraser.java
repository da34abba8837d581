package dev.adit.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Erases what finished calls have left on the stack and in the registers of this thread.
/// Stateless.
///
/// Libraries keep keys there while they compute, and the JVM saves all registers there now and
/// then: when it stops a thread, or counts calls of code that it may compile. It all stays until
/// the stack is that deep again, which may be never.
final class StackEraser {

    // Java writes only arguments to its stack. The first six travel in registers, the others
    // overwrite eight bytes each, whether compiled or interpreted. Each frame also has a few words
    // that may keep their content; the second descent has them elsewhere.

    /// Overwrites about `bytes` bytes below the caller's frame: [#CIPHER] or [#KEYS].
    @SuppressWarnings("NullAway") // the nulls are zeros to write; none is used
    static void erase(int bytes) {
        clearRegisters(); // first: saved later, they would be on the stack again
        Object first =
                descend(
                        bytes / FRAME,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        Object second =
                stride(
                        bytes / STRIDE,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        if (first != second) throw new AssertionError(); // so that no compiler leaves it out
    }

    /// Overwrites the vector registers through which libraries and the JVM copy keys: now and then
    /// the JVM saves all registers to the stack. So zeros are copied in the same two ways.
    static void clearRegisters() {
        LibCryptoFunctions.memcpy(SINK.address(), NOTHING.address(), CLEARED);
        MemorySegment.copy(NOTHING, 0, SINK, 0, CLEARED);
    }

    private static Object descend(
            int depth,
            Object a,
            Object b,
            Object c,
            Object d,
            Object e,
            Object f,
            Object g,
            Object h,
            Object i,
            Object j,
            Object k,
            Object l,
            Object m,
            Object n,
            Object o,
            Object p,
            Object q,
            Object r,
            Object s,
            Object t,
            Object u,
            Object v) {
        return depth <= 0
                ? a
                : descend(
                        depth - 1, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u,
                        v);
    }

    private static Object stride(
            int depth,
            Object a,
            Object b,
            Object c,
            Object d,
            Object e,
            Object f,
            Object g,
            Object h,
            Object i,
            Object j,
            Object k,
            Object l,
            Object m,
            Object n,
            Object o,
            Object p,
            Object q) {
        return depth <= 0
                ? a
                : stride(depth - 1, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
    }

    /// The most that ChaCha20 and Poly1305 have been seen to use, and half as much again.
    static final int CIPHER = 3072;

    /// The same for X25519, and for the JVM on the way to it.
    static final int KEYS = 6144;

    // The least number of bytes by which the stack grows with each call.
    private static final int FRAME = 8 * (22 - 6);
    private static final int STRIDE = 8 * (17 - 6);

    /// Bytes: enough for memcpy(3) to use all the registers that it uses for smaller copies.
    private static final int CLEARED = 512;

    private static final MemorySegment NOTHING = Arena.global().allocate(CLEARED, 64);
    private static final MemorySegment SINK =
            Arena.global().allocate(CLEARED, 64); // of all threads

    private StackEraser() {}
}
