package dev.adit.protocol.keys;

import dev.adit.protocol.crypto.CryptoProviders;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A Curve25519 private key, clamped (RFC 7748 §5) when it is read, as in every WireGuard
/// implementation: all texts of one key are the same key, and it is shown as it is used. All zero
/// stays all zero and means no key.
public final class PrivateKey extends SecretKey {
    /// A copy of the 32 bytes at the start of `source`, clamped unless all are zero.
    public PrivateKey(MemorySegment source) {
        super(source);
        clamp();
    }

    private PrivateKey() {}

    /// Generates a private key.
    ///
    /// @param random cryptographically secure, such as [java.security.SecureRandom]
    public static PrivateKey generate(RandomGenerator random) {
        byte[] bytes = new byte[LENGTH];
        try {
            random.nextBytes(bytes);
            return new PrivateKey(MemorySegment.ofArray(bytes));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private void clamp() {
        if (isZero()) return;
        MemorySegment key = reveal();
        byte first = key.get(ValueLayout.JAVA_BYTE, 0);
        byte last = key.get(ValueLayout.JAVA_BYTE, LENGTH - 1);
        key.set(ValueLayout.JAVA_BYTE, 0, (byte) (first & 0xf8));
        key.set(ValueLayout.JAVA_BYTE, LENGTH - 1, (byte) (last & 0x7f | 0x40));
        Reference.reachabilityFence(this);
    }

    private static Optional<PrivateKey> read(PrivateKey key, boolean wellFormed) {
        if (!wellFormed) {
            key.erase();
            return Optional.empty();
        }
        key.clamp();
        return Optional.of(key);
    }

    /// Parses the 64 hexadecimal digits at `from`; empty when there are not that many or one is not
    /// a digit.
    public static Optional<PrivateKey> fromHex(byte[] text, int from, int length) {
        PrivateKey key = new PrivateKey();
        return read(key, length == KeyText.HEX_LENGTH && KeyText.fromHex(text, from, key.reveal()));
    }

    /// Parses all of `text`, which lies outside the heap, in the same way.
    public static Optional<PrivateKey> fromHex(MemorySegment text) {
        PrivateKey key = new PrivateKey();
        return read(
                key, text.byteSize() == KeyText.HEX_LENGTH && KeyText.fromHex(text, key.reveal()));
    }

    /// Parses all of `text` in the same way. The text stays in memory as long as its owner keeps
    /// it, and a String cannot be erased: prefer an array for keys that are read from a file.
    public static Optional<PrivateKey> fromHex(CharSequence text) {
        byte[] bytes = KeyText.bytes(text);
        try {
            return fromHex(bytes, 0, bytes.length);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Parses the 44 base64 characters at `from`; empty when they are not canonical base64 of 32
    /// bytes.
    public static Optional<PrivateKey> fromBase64(byte[] text, int from, int length) {
        PrivateKey key = new PrivateKey();
        return read(
                key,
                length == KeyText.BASE64_LENGTH && KeyText.fromBase64(text, from, key.reveal()));
    }

    /// Parses all of `text` in the same way. The text stays in memory as long as its owner keeps
    /// it, and a String cannot be erased: prefer an array for keys that are read from a file.
    public static Optional<PrivateKey> fromBase64(CharSequence text) {
        byte[] bytes = KeyText.bytes(text);
        try {
            return fromBase64(bytes, 0, bytes.length);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// The public key that belongs to it (RFC 7748 §6.1).
    public PublicKey publicKey() {
        MemorySegment key = MemorySegment.ofArray(new byte[LENGTH]);
        CryptoProviders.provider().x25519Public(reveal(), key);
        Reference.reachabilityFence(this);
        return new PublicKey(key, 0);
    }

    /// A copy that stays valid when this one is erased.
    public PrivateKey copy() {
        try {
            return new PrivateKey(reveal());
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
