package dev.adit.device.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.tunnel.Datagram;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// What gets a place in an [Inbox], and in which order it is taken.
@Timeout(10)
class InboxTest {
    private static final Endpoint FROM = Endpoint.parse("192.0.2.1:51820").orElseThrow();

    private final Inbox inbox = new Inbox();

    @Test
    void aFullQueueLeavesRoomForProvenSenders() {
        fill(Tunnel.HANDSHAKE_QUEUE, false);
        assertThat(inbox.hasRoom(false)).isFalse();
        assertThat(inbox.offer(message(), false)).isFalse();
        assertThat(inbox.hasRoom(true)).isTrue();
        assertThat(inbox.offer(message(), true)).isTrue();
        assertThat(inbox.queued()).isEqualTo(Tunnel.HANDSHAKE_QUEUE + 1);
    }

    @Test
    void provenSendersHaveTheirOwnBoundAndLeaveRoomForTheOthers() {
        fill(Inbox.PROVEN, true);
        assertThat(inbox.hasRoom(true)).isFalse();
        assertThat(inbox.offer(message(), true)).isFalse();
        assertThat(inbox.offer(message(), false)).isTrue();
    }

    @Test
    void neitherKindWaitsBehindTheOther() throws InterruptedException {
        List<Datagram> sent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sent.add(message());
            assertThat(inbox.offer(sent.get(i), i > 2)).isTrue();
        }
        List<Record> taken = new ArrayList<>();
        for (int i = 0; i < 6; i++) taken.add(inbox.take());
        assertThat(taken)
                .containsExactly(
                        sent.get(0),
                        sent.get(3),
                        sent.get(1),
                        sent.get(4),
                        sent.get(2),
                        sent.get(5));
    }

    @Test
    void ordersComeBeforeMessages() throws InterruptedException {
        inbox.offer(message(), true);
        inbox.offer(message(), false);
        inbox.order(Inbox.Kind.KEEPALIVE, null);
        assertThat(inbox.take()).isEqualTo(new Inbox.Order(Inbox.Kind.KEEPALIVE, null));
    }

    /// Or a peer without a session that is sent packets faster than workers work would fill the
    /// memory.
    @Test
    void thousandsOfTheSameOrderAreOne() throws InterruptedException {
        for (int i = 0; i < 10_000; i++) {
            inbox.order(Inbox.Kind.INITIATION, null);
            inbox.order(Inbox.Kind.FLUSH, null);
        }
        assertThat(inbox.take()).isEqualTo(new Inbox.Order(Inbox.Kind.INITIATION, null));
        inbox.order(Inbox.Kind.INITIATION, null); // the one before is in work
        assertThat(inbox.take()).isEqualTo(new Inbox.Order(Inbox.Kind.FLUSH, null));
        assertThat(inbox.take()).isEqualTo(new Inbox.Order(Inbox.Kind.INITIATION, null));
        inbox.offer(message(), false);
        assertThat(inbox.take()).isInstanceOf(Datagram.class);
    }

    @Test
    void dropsMessagesOfBothKinds() {
        fill(3, false);
        fill(2, true);
        assertThat(inbox.dropMessages()).isEqualTo(5);
        assertThat(inbox.queued()).isZero();
        assertThat(inbox.hasRoom(true)).isTrue();
    }

    @Test
    void takesNothingMoreOnceClosed() throws InterruptedException {
        fill(1, true);
        inbox.close();
        assertThat(inbox.take()).isNull();
        assertThat(inbox.offer(message(), true)).isFalse();
        assertThat(inbox.queued()).isZero();
    }

    private void fill(int messages, boolean proven) {
        for (int i = 0; i < messages; i++) assertThat(inbox.offer(message(), proven)).isTrue();
    }

    /// Each is another one.
    private static Datagram message() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[Initiation.LENGTH]);
        return new Datagram(Message.INITIATION, bytes, FROM);
    }
}
