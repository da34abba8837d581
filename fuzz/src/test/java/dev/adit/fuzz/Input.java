package dev.adit.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of a fuzzer as choices, read from the front; behind their end, everything is zero.
/// Confined to one thread.
public final class Input {
    private final byte[] bytes;
    private int at;

    public Input(byte[] bytes) {
        this.bytes = bytes;
    }

    /// True when all bytes have been read.
    public boolean isEmpty() {
        return at >= bytes.length;
    }

    /// How many bytes have not been read.
    public int left() {
        return bytes.length - at;
    }

    /// A number from 0 to 255.
    public int u8() {
        return isEmpty() ? 0 : bytes[at++] & 0xff;
    }

    /// A number from 0 to 65,535.
    public int u16() {
        return u8() << 8 | u8();
    }

    /// Any 32 bits.
    public int i32() {
        return u16() << 16 | u16();
    }

    /// Any 64 bits.
    public long i64() {
        return (long) i32() << 32 | i32() & 0xffffffffL;
    }

    public boolean flag() {
        return (u8() & 1) != 0;
    }

    /// A number from 0 to `bound` - 1; `bound` is at most 256.
    public int below(int bound) {
        return u8() % bound;
    }

    /// The next `count` bytes, or those that are left.
    public byte[] bytes(int count) {
        int from = Math.min(at, bytes.length);
        at = Math.min(bytes.length, from + count);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /// All that is left.
    public byte[] rest() {
        return bytes(bytes.length);
    }

    /// All that is left as text; what is no UTF-8 becomes a replacement character.
    public String text() {
        return new String(rest(), StandardCharsets.UTF_8);
    }
}
