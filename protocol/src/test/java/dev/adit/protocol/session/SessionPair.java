package dev.adit.protocol.session;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.testing.Segments;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/// Both ends of one session, and the batches to use them one packet at a time.
final class SessionPair implements AutoCloseable {
    final Session initiator;
    final Session responder;
    private final byte[] keys = new byte[64];
    private final PacketBatch plain = new PacketBatch(1, 1 << 17);
    private final PacketBatch received = new PacketBatch(1, 1 << 17);
    private final SealBatch out = new SealBatch(1, 1 << 17);
    private final OpenBatch in = new OpenBatch(1);

    SessionPair(long seed) {
        new SplittableRandom(seed).nextBytes(keys);
        MemorySegment bytes = MemorySegment.ofArray(keys);
        initiator = new Session(0, keypair(bytes, 0, 32, true));
        responder = new Session(0, keypair(bytes, 32, 0, false));
    }

    private static Keypair keypair(MemorySegment keys, int send, int receive, boolean initiator) {
        return new Keypair(
                new SymmetricKey(keys.asSlice(send, 32)),
                new SymmetricKey(keys.asSlice(receive, 32)),
                initiator ? 0x11111111 : 0x22222222,
                initiator ? 0x22222222 : 0x11111111,
                initiator);
    }

    /// `packet` as one message of `session`; null when it seals no more.
    byte[] seal(Session session, byte[] packet, int mtu) {
        plain.memory().asSlice(16, packet.length).copyFrom(MemorySegment.ofArray(packet));
        out.clear();
        out.add(plain.memory(), 16, packet.length, mtu, 0);
        if (!session.seal(out)) return null;
        return out.sealed()
                .memory()
                .asSlice(out.sealed().offset(0), out.sealed().length(0))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] seal(Session session, byte[] packet) {
        return seal(session, packet, 0);
    }

    /// A message to the responder with a counter that a [Session] might not use.
    byte[] sealAsInitiator(long counter, byte[] packet) {
        byte[] message = new byte[32 + packet.length];
        ByteBuffer.wrap(message)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4)
                .putInt(0x22222222)
                .putLong(counter);
        MemorySegment key = Segments.nativeCopy(MemorySegment.ofArray(keys).asSlice(0, 32));
        try (Aead aead = CryptoProviders.provider().aead(key)) {
            aead.seal(
                    counter,
                    MemorySegment.ofArray(new byte[0]),
                    MemorySegment.ofArray(packet),
                    MemorySegment.ofArray(message).asSlice(16));
        }
        return message;
    }

    /// Why `session` refuses `message`, or null when it opens it.
    DropReason refusal(Session session, byte[] message) {
        offer(session, message);
        return in.drop(0);
    }

    /// What `session` opens `message` to, with its padding; null when it refuses.
    byte[] open(Session session, byte[] message) {
        offer(session, message);
        if (in.drop(0) != null) return null;
        return received.memory().asSlice(in.offset(0), in.length(0)).toArray(ValueLayout.JAVA_BYTE);
    }

    private void offer(Session session, byte[] message) {
        received.memory().asSlice(16, message.length).copyFrom(MemorySegment.ofArray(message));
        in.clear();
        in.add(received, 16, message.length);
        session.open(in);
    }

    @Override
    public void close() {
        initiator.close();
        responder.close();
        plain.close();
        received.close();
        out.close();
    }
}
