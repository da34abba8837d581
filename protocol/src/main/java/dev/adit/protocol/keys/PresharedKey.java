package dev.adit.protocol.keys;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The symmetric key that two peers may add to their handshake (paper §5.2). All zero means none.
public final class PresharedKey extends SecretKey {
    /// A copy of the 32 bytes at the start of `source`.
    public PresharedKey(MemorySegment source) {
        super(source);
    }

    private PresharedKey() {}

    /// Generates a preshared key: any 32 bytes.
    ///
    /// @param random cryptographically secure, such as [java.security.SecureRandom]
    public static PresharedKey generate(RandomGenerator random) {
        byte[] bytes = new byte[LENGTH];
        try {
            random.nextBytes(bytes);
            return new PresharedKey(MemorySegment.ofArray(bytes));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Parses the 64 hexadecimal digits at `from`; empty when there are not that many or one is not
    /// a digit.
    public static Optional<PresharedKey> fromHex(byte[] text, int from, int length) {
        PresharedKey key = new PresharedKey();
        if (length == KeyText.HEX_LENGTH && KeyText.fromHex(text, from, key.reveal())) {
            return Optional.of(key);
        }
        key.erase();
        return Optional.empty();
    }

    /// Parses all of `text`, which lies outside the heap, in the same way.
    public static Optional<PresharedKey> fromHex(MemorySegment text) {
        PresharedKey key = new PresharedKey();
        if (text.byteSize() == KeyText.HEX_LENGTH && KeyText.fromHex(text, key.reveal())) {
            return Optional.of(key);
        }
        key.erase();
        return Optional.empty();
    }

    /// Parses all of `text` in the same way. The text stays in memory as long as its owner keeps
    /// it, and a String cannot be erased: prefer an array for keys that are read from a file.
    public static Optional<PresharedKey> fromHex(CharSequence text) {
        byte[] bytes = KeyText.bytes(text);
        try {
            return fromHex(bytes, 0, bytes.length);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Parses the 44 base64 characters at `from`; empty when they are not canonical base64 of 32
    /// bytes.
    public static Optional<PresharedKey> fromBase64(byte[] text, int from, int length) {
        PresharedKey key = new PresharedKey();
        if (length == KeyText.BASE64_LENGTH && KeyText.fromBase64(text, from, key.reveal())) {
            return Optional.of(key);
        }
        key.erase();
        return Optional.empty();
    }

    /// Parses all of `text` in the same way. The text stays in memory as long as its owner keeps
    /// it, and a String cannot be erased: prefer an array for keys that are read from a file.
    public static Optional<PresharedKey> fromBase64(CharSequence text) {
        byte[] bytes = KeyText.bytes(text);
        try {
            return fromBase64(bytes, 0, bytes.length);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// A copy that stays valid when this one is erased.
    public PresharedKey copy() {
        try {
            return new PresharedKey(reveal());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// The all-zero key, which means none.
    public static PresharedKey none() {
        return new PresharedKey();
    }
}
