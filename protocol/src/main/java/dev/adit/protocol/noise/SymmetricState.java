package dev.adit.protocol.noise;

import dev.adit.protocol.crypto.Blake2s;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.Hkdf;
import dev.adit.protocol.crypto.SecretSlots;
import dev.adit.protocol.keys.SymmetricKey;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/// The chaining key C, the transcript hash H and the message key k of a handshake (Noise §5.2,
/// paper §5.4), all of them outside the heap.
///
/// Every message key is used once, so the nonce is always 0. Not thread-safe.
final class SymmetricState {
    private final SymmetricKey chainingKey = new SymmetricKey();
    private final SymmetricKey key = new SymmetricKey();
    private final MemorySegment hash = SecretSlots.of(this);

    /// The state before the first message: C := Hash(name), H := Hash(C ‖ prologue).
    ///
    /// @param name the protocol's name, which must be longer than 32 bytes (a shorter one would be
    ///   padded, not hashed)
    SymmetricState(String name, String prologue) {
        this(name, MemorySegment.ofArray(prologue.getBytes(StandardCharsets.US_ASCII)));
    }

    SymmetricState(String name, MemorySegment prologue) {
        this(Start.of(name, prologue));
    }

    /// The state before the first message, from precomputed values.
    SymmetricState(Start start) {
        MemorySegment.copy(start.chainingKey, 0, chainingKey.reveal(), 0, HASH);
        MemorySegment.copy(start.hash, 0, hash, 0, HASH);
    }

    /// C and H before the first message, which are public constants.
    record Start(MemorySegment chainingKey, MemorySegment hash) {
        static Start of(String name, MemorySegment prologue) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            if (bytes.length <= HASH) throw new IllegalArgumentException("protocol name is short");
            MemorySegment chainingKey = MemorySegment.ofArray(new byte[HASH]);
            MemorySegment hash = MemorySegment.ofArray(new byte[HASH]);
            Blake2s.hash(chainingKey, MemorySegment.ofArray(bytes));
            Blake2s.hash(hash, chainingKey, prologue);
            return new Start(chainingKey, hash);
        }
    }

    private SymmetricState(SymmetricState other) {
        MemorySegment.copy(other.chainingKey.reveal(), 0, chainingKey.reveal(), 0, HASH);
        MemorySegment.copy(other.key.reveal(), 0, key.reveal(), 0, HASH);
        MemorySegment.copy(other.hash, 0, hash, 0, HASH);
    }

    /// A copy to compute on, so that a forged message leaves no trace here.
    SymmetricState copy() {
        return new SymmetricState(this);
    }

    /// H := Hash(H ‖ data)
    void mixHash(MemorySegment data) {
        Blake2s.hash(hash, hash, data);
    }

    /// C := Kdf1(C, input), where k is not used before it is derived again
    void mixChainingKey(MemorySegment input) {
        Hkdf.kdf1(chainingKey.reveal(), input, chainingKey.reveal());
    }

    /// (C, k) := Kdf2(C, input)
    void mixKey(MemorySegment input) {
        Hkdf.kdf2(chainingKey.reveal(), input, chainingKey.reveal(), key.reveal());
    }

    /// (C, τ, k) := Kdf3(C, input); H := Hash(H ‖ τ)
    void mixKeyAndHash(MemorySegment input) {
        SymmetricKey tau = new SymmetricKey();
        try {
            MemorySegment c = chainingKey.reveal();
            Hkdf.kdf3(c, input, c, tau.reveal(), key.reveal());
            mixHash(tau.reveal());
        } finally {
            tau.erase();
        }
    }

    /// sealed := Aead(k, 0, plain, H); H := Hash(H ‖ sealed)
    void encryptAndHash(MemorySegment plain, MemorySegment sealed) {
        CryptoProviders.provider().seal(key.reveal(), 0, hash, plain, sealed);
        mixHash(sealed);
    }

    /// The inverse of [#encryptAndHash]. Returns false, with H unchanged, when `sealed` does not
    /// authenticate.
    boolean decryptAndHash(MemorySegment sealed, MemorySegment plain) {
        if (!CryptoProviders.provider().open(key.reveal(), 0, hash, sealed, plain)) return false;
        mixHash(sealed);
        return true;
    }

    /// (T1, T2) := Kdf2(C, ε): the keys of the initiator's and the responder's direction.
    void split(SymmetricKey fromInitiator, SymmetricKey fromResponder) {
        MemorySegment empty = MemorySegment.ofArray(new byte[0]);
        Hkdf.kdf2(chainingKey.reveal(), empty, fromInitiator.reveal(), fromResponder.reveal());
    }

    /// The transcript hash so far; Noise calls it the handshake hash.
    byte[] transcript() {
        return hash.toArray(ValueLayout.JAVA_BYTE);
    }

    void erase() {
        chainingKey.erase();
        key.erase();
        hash.fill((byte) 0);
        Reference.reachabilityFence(this);
    }

    private static final int HASH = 32;
}
