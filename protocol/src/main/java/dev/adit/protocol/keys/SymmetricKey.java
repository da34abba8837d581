package dev.adit.protocol.keys;

import java.lang.foreign.MemorySegment;

/// A key that is computed or random, not configured: a transport key, a Diffie-Hellman result, a
/// cookie secret.
public final class SymmetricKey extends SecretKey {
    /// A copy of the 32 bytes at the start of `source`.
    public SymmetricKey(MemorySegment source) {
        super(source);
    }

    /// A zero key, to be filled through [#reveal].
    public SymmetricKey() {}
}
