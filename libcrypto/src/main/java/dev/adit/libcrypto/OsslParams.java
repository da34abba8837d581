package dev.adit.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes arrays of [OSSL_PARAM(3)](https://docs.openssl.org/3.0/man3/OSSL_PARAM/), in the layout
/// for 64-bit pointers. Stateless.
final class OsslParams {
    /// Writes an entry at `at` of `memory` that describes `size` bytes at the address `data`.
    ///
    /// @param key a C string that outlives the array
    static void octets(MemorySegment memory, long at, MemorySegment key, long data, long size) {
        memory.set(ValueLayout.JAVA_LONG, at, key.address());
        memory.set(ValueLayout.JAVA_INT, at + DATA_TYPE, OCTET_STRING);
        memory.set(ValueLayout.JAVA_LONG, at + DATA, data);
        memory.set(ValueLayout.JAVA_LONG, at + DATA_SIZE, size);
        memory.set(ValueLayout.JAVA_LONG, at + RETURN_SIZE, UNMODIFIED);
    }

    /// Writes the end of an array at `at` of `memory`.
    static void end(MemorySegment memory, long at) {
        memory.asSlice(at, SIZE).fill((byte) 0);
    }

    /// `text` as a C string that is never freed.
    static MemorySegment name(String text) {
        return Arena.global().allocateFrom(text);
    }

    /// Bytes of an entry.
    static final int SIZE = 40;

    /// The offset of the data's address in an entry.
    static final int DATA = 16;

    private static final int DATA_TYPE = 8;
    private static final int DATA_SIZE = 24;
    private static final int RETURN_SIZE = 32;
    private static final int OCTET_STRING = 5;
    private static final long UNMODIFIED = -1;

    private OsslParams() {}
}
