package dev.adit.protocol.keys;

import dev.adit.protocol.crypto.SecretSlots;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// A secret of 32 bytes outside the Java heap, where possible in memory that the system does not
/// swap or dump ([SecretSlots]).
///
/// Cannot be printed, serialised or compared in a time that depends on its bytes. The code that
/// makes a key erases it with [#erase]; an erased key is all zero. Thread-safe as long as it is not
/// erased while another thread reads it.
public abstract sealed class SecretKey permits PrivateKey, PresharedKey, SymmetricKey {
    private final MemorySegment bytes = SecretSlots.of(this);

    SecretKey(MemorySegment source) {
        MemorySegment.copy(source, 0, bytes, 0, LENGTH);
        Reference.reachabilityFence(this);
    }

    SecretKey() {}

    /// The bytes themselves, for arithmetic only: they must not be copied to memory that is not
    /// erased. They belong to the key as long as it is reachable.
    public final MemorySegment reveal() {
        return bytes;
    }

    /// Writes 64 lower-case hexadecimal digits at `from`, for a reader who is entitled to the
    /// secret.
    public final void toHex(byte[] text, int from) {
        KeyText.toHex(bytes, text, from);
        Reference.reachabilityFence(this);
    }

    /// The key as 64 lower-case hexadecimal digits, in an array that the caller erases.
    public final byte[] toHex() {
        byte[] text = new byte[KeyText.HEX_LENGTH];
        toHex(text, 0);
        return text;
    }

    /// The same, to text outside the heap.
    public final void toHex(MemorySegment text, long from) {
        KeyText.toHex(bytes, text, from);
        Reference.reachabilityFence(this);
    }

    /// Writes 44 base64 characters at `from`, for a reader who is entitled to the secret.
    public final void toBase64(byte[] text, int from) {
        KeyText.toBase64(bytes, text, from);
        Reference.reachabilityFence(this);
    }

    /// The key as 44 base64 characters, in an array that the caller erases.
    public final byte[] toBase64() {
        byte[] text = new byte[KeyText.BASE64_LENGTH];
        toBase64(text, 0);
        return text;
    }

    /// The same, to text outside the heap.
    public final void toBase64(MemorySegment text, long from) {
        KeyText.toBase64(bytes, text, from);
        Reference.reachabilityFence(this);
    }

    /// True when all bytes are zero, which means "no key" in every WireGuard interface. Takes
    /// constant time.
    public final boolean isZero() {
        long any = 0;
        for (int i = 0; i < LENGTH; i += 8) any |= bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, i);
        Reference.reachabilityFence(this);
        return any == 0;
    }

    /// Overwrites the secret with zeros.
    public final void erase() {
        bytes.fill((byte) 0);
        Reference.reachabilityFence(this);
    }

    /// Compares in constant time.
    @Override
    public final boolean equals(Object other) {
        if (!(other instanceof SecretKey that) || that.getClass() != getClass()) return false;
        long difference = 0;
        for (int i = 0; i < LENGTH; i += 8) {
            difference |=
                    bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, i)
                            ^ that.bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, i);
        }
        Reference.reachabilityFence(this);
        Reference.reachabilityFence(that);
        return difference == 0;
    }

    /// The same for all keys: a hash would reveal something about the secret.
    @Override
    public final int hashCode() {
        return getClass().hashCode();
    }

    /// The kind of key, without anything about its bytes.
    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[hidden]";
    }

    /// Bytes of every key.
    public static final int LENGTH = 32;
}
