package dev.adit.protocol.keys;

import dev.adit.protocol.crypto.Crypto;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;

/// A Curve25519 private key. It is kept as it was given; arithmetic clamps it (RFC 7748 §5).
public final class PrivateKey extends SecretKey {
    /// A copy of the 32 bytes at the start of `source`.
    public PrivateKey(MemorySegment source) {
        super(source);
    }

    private PrivateKey() {}

    /// The key that the 64 hexadecimal digits at `from` spell; empty when there are not that many
    /// or one is no digit.
    public static Optional<PrivateKey> fromHex(byte[] text, int from, int length) {
        PrivateKey key = new PrivateKey();
        if (length == KeyText.HEX_LENGTH && KeyText.fromHex(text, from, key.reveal())) {
            return Optional.of(key);
        }
        key.erase();
        return Optional.empty();
    }

    /// The same of all of `text`, which lies outside the heap.
    public static Optional<PrivateKey> fromHex(MemorySegment text) {
        PrivateKey key = new PrivateKey();
        if (text.byteSize() == KeyText.HEX_LENGTH && KeyText.fromHex(text, key.reveal())) {
            return Optional.of(key);
        }
        key.erase();
        return Optional.empty();
    }

    /// The key that the 44 base64 characters at `from` spell; empty when they are not canonical
    /// base64 of 32 bytes.
    public static Optional<PrivateKey> fromBase64(byte[] text, int from, int length) {
        PrivateKey key = new PrivateKey();
        if (length == KeyText.BASE64_LENGTH && KeyText.fromBase64(text, from, key.reveal())) {
            return Optional.of(key);
        }
        key.erase();
        return Optional.empty();
    }

    /// The public key that belongs to it (RFC 7748 §6.1).
    public PublicKey publicKey() {
        MemorySegment key = MemorySegment.ofArray(new byte[LENGTH]);
        Crypto.provider().x25519Public(reveal(), key);
        Reference.reachabilityFence(this);
        return new PublicKey(key, 0);
    }

    /// A copy that lives on when this one is erased.
    public PrivateKey copy() {
        try {
            return new PrivateKey(reveal());
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
