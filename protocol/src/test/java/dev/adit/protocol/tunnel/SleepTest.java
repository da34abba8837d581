package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.wire.Message;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;

/// After a machine has slept, packets may come before its timers are looked at.
class SleepTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long ASLEEP = 600 * SECOND; // longer than keys are kept

    private final RandomGenerator random = new Random(1);
    private final Actions actions = new NoActions();
    private final Tunnel one = tunnel(), two = tunnel();
    private final Peer toTwo = one.add(two.publicKey().orElseThrow(), actions);
    private final PacketBatch message = new PacketBatch(1, 4096);
    private final PacketBatch reply = new PacketBatch(1, 4096);

    @BeforeEach
    void haveASession() {
        two.add(one.publicKey().orElseThrow(), actions);
        one.up(actions);
        two.up(actions);
        initiate(SECOND);
        assertThat(respond(SECOND)).isTrue();
    }

    @AfterEach
    void close() {
        message.close();
        reply.close();
    }

    @Test
    void aHandshakeThatBeginsBeforeOldKeysAreErasedComesToItsEnd() {
        initiate(ASLEEP);
        one.expire(ASLEEP, actions);
        assertThat(toTwo.sendingSession(ASLEEP)).isNull();
        assertThat(respond(ASLEEP)).isTrue();
        assertThat(toTwo.sendingSession(ASLEEP)).isNotNull();
    }

    @Test
    void aHandshakeFromBeforeItFellAsleepIsErasedWithTheKeys() {
        initiate(100 * SECOND);
        one.expire(ASLEEP, actions);
        assertThat(one.indicesInUse()).isZero();
        assertThat(respond(ASLEEP)).isFalse();
    }

    private void initiate(long now) {
        Instant time = Instant.EPOCH.plusNanos(now);
        assertThat(one.createInitiation(now, time, toTwo, message)).isTrue();
    }

    /// Has the other end answer the initiation; whether that makes a session.
    private boolean respond(long now) {
        assertThat(two.handshake(now, datagram(message), reply, actions).replied()).isTrue();
        return one.handshake(now, datagram(reply), message, actions).drop() == null;
    }

    private static HandshakeDatagram datagram(PacketBatch batch) {
        byte[] bytes =
                batch.memory()
                        .asSlice(batch.offset(0), batch.length(0))
                        .toArray(ValueLayout.JAVA_BYTE);
        MemorySegment segment = MemorySegment.ofArray(bytes);
        int type = Message.classify(segment, 0, bytes.length);
        return new HandshakeDatagram(type, segment, new Endpoint(IpAddress.v4(1), 1));
    }

    private Tunnel tunnel() {
        Tunnel tunnel = new Tunnel(random, random, () -> {});
        byte[] key = new byte[32];
        random.nextBytes(key);
        tunnel.privateKey(new PrivateKey(MemorySegment.ofArray(key)), actions);
        return tunnel;
    }
}
