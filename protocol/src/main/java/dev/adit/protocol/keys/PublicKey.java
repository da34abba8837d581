package dev.adit.protocol.keys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A Curve25519 public key, the identity of a peer. Immutable.
public final class PublicKey {
    private final byte[] bytes = new byte[LENGTH];

    /// A copy of the 32 bytes at `offset`.
    public PublicKey(MemorySegment source, long offset) {
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, 0, LENGTH);
    }

    private PublicKey() {}

    /// Parses the 64 hexadecimal digits at `from`; empty when there are not that many or one is not
    /// a digit.
    public static Optional<PublicKey> fromHex(byte[] text, int from, int length) {
        PublicKey key = new PublicKey();
        boolean valid = length == KeyText.HEX_LENGTH && KeyText.fromHex(text, from, key.view());
        return valid ? Optional.of(key) : Optional.empty();
    }

    /// Parses all of `text` in the same way.
    public static Optional<PublicKey> fromHex(CharSequence text) {
        byte[] bytes = KeyText.bytes(text);
        return fromHex(bytes, 0, bytes.length);
    }

    /// Parses 44 characters of canonical base64; empty when `text` is not that.
    public static Optional<PublicKey> fromBase64(CharSequence text) {
        byte[] ascii = KeyText.bytes(text);
        PublicKey key = new PublicKey();
        boolean valid =
                ascii.length == KeyText.BASE64_LENGTH && KeyText.fromBase64(ascii, 0, key.view());
        return valid ? Optional.of(key) : Optional.empty();
    }

    /// A copy of the key in a segment of its own.
    public MemorySegment toSegment() {
        return MemorySegment.ofArray(bytes.clone());
    }

    /// Writes the 32 bytes at `offset` of `target`.
    public void copyTo(MemorySegment target, long offset) {
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, offset, LENGTH);
    }

    /// The key as 64 lower-case hexadecimal digits.
    public String toHex() {
        byte[] text = new byte[KeyText.HEX_LENGTH];
        KeyText.toHex(view(), text, 0);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// The key as 44 base64 characters.
    public String toBase64() {
        byte[] text = new byte[KeyText.BASE64_LENGTH];
        KeyText.toBase64(view(), text, 0);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// True when all bytes are zero, which means no key.
    public boolean isZero() {
        int any = 0;
        for (byte b : bytes) any |= b;
        return any == 0;
    }

    private MemorySegment view() {
        return MemorySegment.ofArray(bytes);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof PublicKey that)) return false;
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) difference |= bytes[i] ^ that.bytes[i];
        return difference == 0;
    }

    @Override
    public int hashCode() {
        return view().get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    /// The abbreviation used in logs: `peer(ABCD…WXYZ)`.
    @Override
    public String toString() {
        String text = toBase64();
        return "peer(" + text.substring(0, 4) + "…" + text.substring(39, 43) + ")";
    }

    /// Bytes of a public key.
    public static final int LENGTH = 32;
}
