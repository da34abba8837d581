package dev.adit.protocol.noise;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.protocol.wire.Initiation;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// An initiation whose claimed sender is decrypted but not yet proved (paper §5.4.2, first half).
///
/// Opening it needs only our identity. The claim is verified when the peer's
/// [Handshake#consumeInitiation] opens the timestamp. Belongs to one thread.
public final class IncomingInitiation {
    private final SymmetricState state;
    private final PublicKey remoteStatic;
    private final MemorySegment ephemeral;
    private final MemorySegment sealedTimestamp;
    private final int sender;

    private IncomingInitiation(
            SymmetricState state,
            PublicKey remoteStatic,
            MemorySegment ephemeral,
            MemorySegment sealedTimestamp,
            int sender) {
        this.state = state;
        this.remoteStatic = remoteStatic;
        this.ephemeral = ephemeral;
        this.sealedTimestamp = sealedTimestamp;
        this.sender = sender;
    }

    /// Opens the static key of the initiation at `offset`. Empty when it does not authenticate, or
    /// the Diffie-Hellman result is zero.
    public static Optional<IncomingInitiation> open(
            StaticIdentity identity, MemorySegment slab, long offset) {
        // A copy of our own: the slab belongs to the network and is reused.
        MemorySegment message =
                MemorySegment.ofArray(
                        slab.asSlice(offset, Initiation.LENGTH).toArray(ValueLayout.JAVA_BYTE));
        MemorySegment ephemeral = message.asSlice(Initiation.EPHEMERAL, PublicKey.LENGTH);
        SymmetricState state = Handshake.initialState(identity.publicKey());
        SymmetricKey shared = new SymmetricKey();
        try {
            // e
            state.mixHash(ephemeral);
            state.mixChainingKey(ephemeral);
            // es:  (C, k) := Kdf2(C, DH(S_priv, E_i))
            if (!identity.dh(ephemeral, shared)) return refuse(state);
            state.mixKey(shared.reveal());
            // s:   static := Aead⁻¹(k, 0, msg.static, H)
            MemorySegment plain = MemorySegment.ofArray(new byte[PublicKey.LENGTH]);
            MemorySegment sealed =
                    message.asSlice(Initiation.STATIC, Initiation.TIMESTAMP - Initiation.STATIC);
            if (!state.decryptAndHash(sealed, plain)) return refuse(state);
            return Optional.of(
                    new IncomingInitiation(
                            state,
                            new PublicKey(plain, 0),
                            ephemeral,
                            message.asSlice(
                                    Initiation.TIMESTAMP, Initiation.MAC1 - Initiation.TIMESTAMP),
                            message.get(ByteOrders.LE32, Initiation.SENDER)));
        } finally {
            shared.erase();
        }
    }

    private static Optional<IncomingInitiation> refuse(SymmetricState state) {
        state.erase();
        return Optional.empty();
    }

    /// The static key of the claimed sender.
    public PublicKey remoteStatic() {
        return remoteStatic;
    }

    /// The index by which the initiator wants to be addressed.
    int sender() {
        return sender;
    }

    MemorySegment ephemeral() {
        return ephemeral;
    }

    MemorySegment sealedTimestamp() {
        return sealedTimestamp;
    }

    SymmetricState state() {
        return state;
    }

    /// Erases the derived secrets. The caller of [#open] has to call it, whatever the outcome.
    public void erase() {
        state.erase();
    }
}
