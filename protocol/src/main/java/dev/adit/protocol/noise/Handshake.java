package dev.adit.protocol.noise;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.Response;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The handshake with one peer, in either role (paper §5.4.1 to §5.4.5):
///
/// ```
/// IKpsk2:
///   <- s
///   ...
///   -> e, es, s, ss, {t}
///   <- e, ee, se, psk, {}
/// ```
///
/// Every message is computed on a copy of the state and committed at the end, so that a forged one
/// changes nothing. A newer initiation replaces only an older one of the same side: when both sides
/// initiate at once, each answers the other and still accepts the answer to its own.
///
/// Not thread-safe: guarded by the lock of the peer that owns it. Does not deal with mac1 and mac2.
public final class Handshake {
    private final RemoteStatic remote;
    private Tai64n latestTimestamp = Tai64n.NEVER;
    private long lastInitiation = LONG_AGO;

    private @Nullable Sent sent; // null when nothing waits for a response
    private @Nullable Received received; // null when nothing waits to be answered

    /// An initiation of ours. `ephemeral` is the private key.
    private record Sent(SymmetricState state, SymmetricKey ephemeral, int index) {
        void erase() {
            state.erase();
            ephemeral.erase();
        }
    }

    /// An initiation of the peer's. `ephemeral` is the public key.
    private record Received(SymmetricState state, MemorySegment ephemeral, int sender) {
        void erase() {
            state.erase();
        }
    }

    public Handshake(PublicKey remoteStatic) {
        remote = new RemoteStatic(remoteStatic);
    }

    /// Sets the identity, or removes it when null, and abandons the handshakes under way.
    public void identity(@Nullable StaticIdentity identity) {
        clear();
        remote.identity(identity);
    }

    /// True when no handshake is possible: there is no identity, or the peer's key is of small
    /// order.
    public boolean isImpossible() {
        return !remote.isUsable();
    }

    public void presharedKey(PresharedKey key) {
        remote.presharedKey(key);
    }

    /// A copy of the preshared key.
    public PresharedKey presharedKey() {
        return remote.presharedKey().copy();
    }

    /// Whether there is a preshared key.
    public boolean hasPresharedKey() {
        return !remote.presharedKey().isZero();
    }

    /// Writes an initiation, without its macs, to `offset`. Returns false when the peer's key is
    /// unusable.
    public boolean createInitiation(
            StaticIdentity identity,
            Instant wallClock,
            int index,
            RandomGenerator random,
            MemorySegment slab,
            long offset) {
        clearSent();
        if (isImpossible()) return false;
        MemorySegment message = slab.asSlice(offset, Initiation.LENGTH);
        Sent next = new Sent(initialState(remote.publicKey()), new SymmetricKey(), index);
        SymmetricState state = next.state;
        SymmetricKey shared = new SymmetricKey();
        try {
            message.set(ByteOrders.LE32, Message.TYPE, Message.INITIATION);
            message.set(ByteOrders.LE32, Initiation.SENDER, index);
            // e
            MemorySegment point = message.asSlice(Initiation.EPHEMERAL, PublicKey.LENGTH);
            generate(random, next.ephemeral, point);
            state.mixHash(point);
            state.mixChainingKey(point);
            // es:  (C, k) := Kdf2(C, DH(E_priv, S_r))
            if (!dh(next.ephemeral, remote.publicKey().toSegment(), shared)) return false;
            state.mixKey(shared.reveal());
            // s:   msg.static := Aead(k, 0, S_i, H)
            state.encryptAndHash(
                    identity.publicKey().toSegment(),
                    message.asSlice(Initiation.STATIC, Initiation.TIMESTAMP - Initiation.STATIC));
            // ss:  (C, k) := Kdf2(C, DH(S_priv, S_r))
            state.mixKey(remote.staticStatic().reveal());
            // {t}: msg.timestamp := Aead(k, 0, Timestamp(), H)
            state.encryptAndHash(
                    Tai64n.of(wallClock).toSegment(),
                    message.asSlice(Initiation.TIMESTAMP, Initiation.MAC1 - Initiation.TIMESTAMP));
            sent = next;
            return true;
        } finally {
            shared.erase();
            if (sent != next) next.erase();
        }
    }

    /// Accepts an initiation whose claimed sender is this peer.
    ///
    /// @param now nanoseconds since the device started
    /// @return the reason why it is refused, or empty when it is accepted; then [#createResponse]
    ///   follows
    public Optional<DropReason> consumeInitiation(long now, IncomingInitiation incoming) {
        if (isImpossible()) return Optional.of(DropReason.INVALID_INITIATION);
        SymmetricState next = incoming.state().copy();
        // ss:  (C, k) := Kdf2(C, DH(S_priv, S_i))
        next.mixKey(remote.staticStatic().reveal());
        // {t}
        MemorySegment plain = MemorySegment.ofArray(new byte[Tai64n.LENGTH]);
        if (!next.decryptAndHash(incoming.sealedTimestamp(), plain)) {
            next.erase();
            return Optional.of(DropReason.INVALID_INITIATION);
        }
        Tai64n timestamp = Tai64n.read(plain);
        Optional<DropReason> refused = tooEarly(now, timestamp);
        if (refused.isPresent()) {
            next.erase();
            return refused;
        }
        latestTimestamp = timestamp;
        lastInitiation = now;
        clearReceived();
        received = new Received(next, incoming.ephemeral(), incoming.sender());
        return Optional.empty();
    }

    private Optional<DropReason> tooEarly(long now, Tai64n timestamp) {
        if (timestamp.compareTo(latestTimestamp) <= 0) {
            return Optional.of(DropReason.REPLAYED_INITIATION);
        }
        if (now - lastInitiation < INITIATION_INTERVAL) {
            return Optional.of(DropReason.INITIATION_FLOOD);
        }
        return Optional.empty();
    }

    /// Writes the response, without its macs, to the initiation consumed last, and ends the
    /// handshake.
    ///
    /// @return the new keypair, which may be used for sending only after the initiator has used it;
    ///   empty when there is no initiation to answer, or a Diffie-Hellman result is zero
    public Optional<Keypair> createResponse(
            int index, RandomGenerator random, MemorySegment slab, long offset) {
        if (received == null) return Optional.empty();
        MemorySegment message = slab.asSlice(offset, Response.LENGTH);
        SymmetricState state = received.state;
        SymmetricKey ephemeral = new SymmetricKey(), shared = new SymmetricKey();
        try {
            message.set(ByteOrders.LE32, Message.TYPE, Message.RESPONSE);
            message.set(ByteOrders.LE32, Response.SENDER, index);
            message.set(ByteOrders.LE32, Response.RECEIVER, received.sender);
            // e
            MemorySegment point = message.asSlice(Response.EPHEMERAL, PublicKey.LENGTH);
            generate(random, ephemeral, point);
            state.mixHash(point);
            state.mixChainingKey(point);
            // ee:  C := Kdf1(C, DH(E_priv, E_i))
            if (!dh(ephemeral, received.ephemeral, shared)) return Optional.empty();
            state.mixChainingKey(shared.reveal());
            // se:  C := Kdf1(C, DH(E_priv, S_i))
            if (!dh(ephemeral, remote.publicKey().toSegment(), shared)) return Optional.empty();
            state.mixChainingKey(shared.reveal());
            // psk: (C, τ, k) := Kdf3(C, Q)
            state.mixKeyAndHash(remote.presharedKey().reveal());
            // {}:  msg.empty := Aead(k, 0, ε, H)
            state.encryptAndHash(
                    MemorySegment.ofArray(new byte[0]),
                    message.asSlice(Response.EMPTY, Response.MAC1 - Response.EMPTY));
            return Optional.of(keypair(state, index, received.sender, false));
        } finally {
            shared.erase();
            ephemeral.erase();
            clearReceived();
        }
    }

    /// Consumes a response to the initiation created last, and ends the handshake.
    ///
    /// @return the new keypair, or empty, with the handshake unchanged, when the response does not
    ///   authenticate or none is expected
    public Optional<Keypair> consumeResponse(
            StaticIdentity identity, MemorySegment slab, long offset) {
        MemorySegment message = slab.asSlice(offset, Response.LENGTH);
        if (sent == null || message.get(ByteOrders.LE32, Response.RECEIVER) != sent.index) {
            return Optional.empty();
        }
        MemorySegment point = message.asSlice(Response.EPHEMERAL, PublicKey.LENGTH);
        MemorySegment sealed = message.asSlice(Response.EMPTY, Response.MAC1 - Response.EMPTY);
        SymmetricState next = sent.state.copy();
        SymmetricKey shared = new SymmetricKey();
        try {
            // e
            next.mixHash(point);
            next.mixChainingKey(point);
            // ee:  C := Kdf1(C, DH(E_priv, E_r))
            if (!dh(sent.ephemeral, point, shared)) return Optional.empty();
            next.mixChainingKey(shared.reveal());
            // se:  C := Kdf1(C, DH(S_priv, E_r))
            if (!identity.dh(point, shared)) return Optional.empty();
            next.mixChainingKey(shared.reveal());
            // psk, {}
            next.mixKeyAndHash(remote.presharedKey().reveal());
            MemorySegment nothing = MemorySegment.ofArray(new byte[0]);
            if (!next.decryptAndHash(sealed, nothing)) return Optional.empty();
            int remoteIndex = message.get(ByteOrders.LE32, Response.SENDER);
            Keypair keypair = keypair(next, sent.index, remoteIndex, true);
            clearSent();
            return Optional.of(keypair);
        } finally {
            shared.erase();
            next.erase();
        }
    }

    /// Abandons the handshakes under way. The latest timestamp is kept, so that replays are still
    /// refused.
    public void clear() {
        clearSent();
        clearReceived();
    }

    private void clearSent() {
        if (sent != null) sent.erase();
        sent = null;
    }

    private void clearReceived() {
        if (received != null) received.erase();
        received = null;
    }

    /// Erases everything when the peer is removed.
    public void erase() {
        clear();
        remote.erase();
    }

    /// C := Hash(Construction); H := Hash(Hash(C ‖ Identifier) ‖ S_r)
    static SymmetricState initialState(PublicKey responder) {
        SymmetricState state = new SymmetricState(START);
        state.mixHash(responder.toSegment());
        return state;
    }

    private static Keypair keypair(
            SymmetricState finished, int localIndex, int remoteIndex, boolean initiator) {
        SymmetricKey fromInitiator = new SymmetricKey(), fromResponder = new SymmetricKey();
        finished.split(fromInitiator, fromResponder);
        // The words of a digest, and so of the keys, may lie on the stack after that.
        CryptoProviders.provider().eraseStack();
        return initiator
                ? new Keypair(fromInitiator, fromResponder, localIndex, remoteIndex, true)
                : new Keypair(fromResponder, fromInitiator, localIndex, remoteIndex, false);
    }

    /// (E_priv, E_pub) := DH-Generate()
    private static void generate(
            RandomGenerator random, SymmetricKey privateKey, MemorySegment publicKey) {
        byte[] bytes = new byte[PublicKey.LENGTH];
        random.nextBytes(bytes);
        MemorySegment.copy(bytes, 0, privateKey.reveal(), ByteOrders.U8, 0, bytes.length);
        Arrays.fill(bytes, (byte) 0);
        CryptoProviders.provider().x25519Public(privateKey.reveal(), publicKey);
    }

    private static boolean dh(SymmetricKey scalar, MemorySegment point, SymmetricKey shared) {
        return CryptoProviders.provider().x25519(scalar.reveal(), point, shared.reveal());
    }

    private static final String CONSTRUCTION = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
    private static final String IDENTIFIER = "WireGuard v1 zx2c4 Jason@zx2c4.com";

    private static final SymmetricState.Start START =
            SymmetricState.Start.of(
                    CONSTRUCTION,
                    MemorySegment.ofArray(IDENTIFIER.getBytes(StandardCharsets.US_ASCII)));

    /// Least number of nanoseconds between accepted initiations of one peer: 50 a second.
    private static final long INITIATION_INTERVAL = 20_000_000L;

    private static final long LONG_AGO = Long.MIN_VALUE / 2;
}
