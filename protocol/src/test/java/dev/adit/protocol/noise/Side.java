package dev.adit.protocol.noise;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// One side of a handshake: an identity and the [Handshake] with another. Messages are byte arrays,
/// without macs.
final class Side {
    final StaticIdentity identity;
    final RandomGenerator random;
    Handshake handshake;
    Instant clock = Instant.ofEpochSecond(1_700_000_000);

    Side(long seed) {
        random = new SplittableRandom(seed);
        byte[] key = new byte[32];
        random.nextBytes(key);
        identity = new StaticIdentity(new PrivateKey(MemorySegment.ofArray(key)));
    }

    Side(StaticIdentity identity, RandomGenerator random) {
        this.identity = identity;
        this.random = random;
    }

    /// Two sides that know each other.
    static Side[] pair(long seed) {
        Side one = new Side(2 * seed), two = new Side(2 * seed + 1);
        one.knows(two.identity.publicKey());
        two.knows(one.identity.publicKey());
        return new Side[] {one, two};
    }

    void knows(PublicKey remote) {
        handshake = new Handshake(remote);
        handshake.identity(identity);
    }

    void presharedKey(int fill) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[32]).fill((byte) fill);
        handshake.presharedKey(new PresharedKey(bytes));
    }

    /// An initiation a second later than the one before.
    byte[] initiation(int index) {
        clock = clock.plusSeconds(1);
        byte[] message = new byte[148];
        MemorySegment slab = MemorySegment.ofArray(message);
        return handshake.createInitiation(identity, clock, index, random, slab, 0) ? message : null;
    }

    Optional<IncomingInitiation> open(byte[] initiation) {
        return IncomingInitiation.open(identity, MemorySegment.ofArray(initiation), 0);
    }

    /// Why the initiation is refused, or null when it is accepted.
    DropReason consume(long now, byte[] initiation) {
        Optional<IncomingInitiation> opened = open(initiation);
        if (opened.isEmpty()) return DropReason.INVALID_INITIATION;
        try {
            return handshake.consumeInitiation(now, opened.get()).orElse(null);
        } finally {
            opened.get().erase();
        }
    }

    Optional<Keypair> respond(int index, byte[] into) {
        return handshake.createResponse(index, random, MemorySegment.ofArray(into), 0);
    }

    Optional<Keypair> finish(byte[] response) {
        return handshake.consumeResponse(identity, MemorySegment.ofArray(response), 0);
    }

    static String hex(MemorySegment segment) {
        return java.util.HexFormat.of().formatHex(segment.toArray(ValueLayout.JAVA_BYTE));
    }
}
