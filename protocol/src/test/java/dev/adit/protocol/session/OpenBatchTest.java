package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;

/// Several packets of one session, opened together.
class OpenBatchTest {
    private final SessionPair pair = new SessionPair(1);
    private final PacketBatch received = new PacketBatch(8, 1 << 16);
    private final OpenBatch in = new OpenBatch(8);
    private int end = PacketBatch.HEADROOM;

    @AfterEach
    void close() {
        pair.close();
        received.close();
    }

    private void add(byte[] message) {
        received.memory().asSlice(end, message.length).copyFrom(MemorySegment.ofArray(message));
        in.add(received, end, message.length);
        end += message.length;
    }

    @Test
    void tellsForEachPacketWhatBecameOfIt() {
        byte[] first = pair.seal(pair.initiator, new byte[100]);
        byte[] forged = pair.seal(pair.initiator, new byte[100]);
        forged[20] ^= 1;
        byte[] keepalive = pair.seal(pair.initiator, new byte[0]);
        add(first);
        add(forged);
        add(first);
        add(keepalive);
        pair.responder.open(in);
        assertThat(in.count()).isEqualTo(4);
        assertThat(in.sealedBytes()).isEqualTo(3 * (112 + 32) + 32);
        assertThat(in.drop(0)).isNull();
        assertThat(in.length(0)).isEqualTo(112);
        assertThat(in.offset(0)).isEqualTo(PacketBatch.HEADROOM + 16);
        assertThat(in.drop(1)).isEqualTo(DropReason.NOT_AUTHENTIC);
        assertThat(in.drop(2)).isEqualTo(DropReason.REPLAYED);
        assertThat(in.drop(3)).isNull();
        assertThat(in.length(3)).isZero();
    }

    @Test
    void remembersNothingOnceCleared() {
        byte[] forged = pair.seal(pair.initiator, new byte[100]);
        forged[20] ^= 1;
        add(forged);
        add(forged);
        pair.responder.open(in);
        in.clear();
        assertThat(in.count()).isZero();
        assertThat(in.sealedBytes()).isZero();
        add(pair.seal(pair.initiator, new byte[1]));
        add(pair.seal(pair.initiator, new byte[1]));
        pair.responder.open(in);
        assertThat(in.drop(0)).isNull();
        assertThat(in.drop(1)).isNull();
    }

    @Test
    void isFullAtItsCapacity() {
        for (int i = 0; i < 8; i++) {
            assertThat(in.isFull()).isFalse();
            add(pair.seal(pair.initiator, new byte[1]));
        }
        assertThat(in.isFull()).isTrue();
    }

    @Test
    void aClosedSessionRefusesThemAll() {
        add(pair.seal(pair.initiator, new byte[1]));
        add(pair.seal(pair.initiator, new byte[1]));
        pair.responder.close();
        pair.responder.open(in);
        assertThat(in.drop(0)).isEqualTo(DropReason.EXPIRED_SESSION);
        assertThat(in.drop(1)).isEqualTo(DropReason.EXPIRED_SESSION);
    }
}
