package dev.adit.protocol.cookie;

import dev.adit.protocol.crypto.Blake2s;
import dev.adit.protocol.keys.PublicKey;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Derives the MAC and cookie keys that anyone who knows a public key can compute (paper §5.4.4 and
/// §5.4.7). Stateless.
final class MacKeys {
    /// The key of mac1 in messages to `receiver`: Hash(Label-Mac1 ‖ S_pub).
    static MemorySegment mac1Key(PublicKey receiver) {
        return labelled("mac1----", receiver);
    }

    /// The key that seals the cookies of `sender`: Hash(Label-Cookie ‖ S_pub).
    static MemorySegment cookieKey(PublicKey sender) {
        return labelled("cookie--", sender);
    }

    private static MemorySegment labelled(String label, PublicKey key) {
        MemorySegment hash = MemorySegment.ofArray(new byte[Blake2s.DIGEST]);
        byte[] ascii = label.getBytes(StandardCharsets.US_ASCII);
        Blake2s.hash(hash, MemorySegment.ofArray(ascii), key.toSegment());
        return hash;
    }

    /// Bytes of mac1, mac2 and a cookie.
    static final int LENGTH = Blake2s.MAC;

    private MacKeys() {}
}
