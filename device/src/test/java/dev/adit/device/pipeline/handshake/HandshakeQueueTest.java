package dev.adit.device.pipeline.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// What gets a place in an [HandshakeQueue], and in which order it is taken.
@Timeout(10)
class HandshakeQueueTest {
    private static final Endpoint FROM = Endpoint.parse("192.0.2.1:51820").orElseThrow();

    private static final long FOREVER = Long.MAX_VALUE / 2;

    private final HandshakeQueue handshakes = new HandshakeQueue();

    @Test
    void aFullQueueLeavesRoomForProvenSenders() {
        fill(Tunnel.HANDSHAKE_QUEUE, false);
        assertThat(handshakes.hasRoom(false)).isFalse();
        assertThat(handshakes.offer(message(), false)).isFalse();
        assertThat(handshakes.hasRoom(true)).isTrue();
        assertThat(handshakes.offer(message(), true)).isTrue();
        assertThat(handshakes.queued()).isEqualTo(Tunnel.HANDSHAKE_QUEUE + 1);
    }

    @Test
    void provenSendersHaveTheirOwnBoundAndLeaveRoomForTheOthers() {
        fill(HandshakeQueue.PROVEN, true);
        assertThat(handshakes.hasRoom(true)).isFalse();
        assertThat(handshakes.offer(message(), true)).isFalse();
        assertThat(handshakes.offer(message(), false)).isTrue();
    }

    @Test
    void neitherKindWaitsBehindTheOther() throws InterruptedException {
        List<HandshakeDatagram> sent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sent.add(message());
            assertThat(handshakes.offer(sent.get(i), i > 2)).isTrue();
        }
        List<Record> taken = new ArrayList<>();
        for (int i = 0; i < 6; i++) taken.add(handshakes.take());
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
        handshakes.offer(message(), true);
        handshakes.offer(message(), false);
        handshakes.order(HandshakeQueue.Kind.KEEPALIVE, null);
        assertThat(handshakes.take())
                .isEqualTo(new HandshakeQueue.Order(HandshakeQueue.Kind.KEEPALIVE, null));
    }

    /// Or a peer without a session that is sent packets faster than workers work would fill the
    /// memory.
    @Test
    void thousandsOfTheSameOrderAreOne() throws InterruptedException {
        for (int i = 0; i < 10_000; i++) {
            handshakes.order(HandshakeQueue.Kind.INITIATION, null);
            handshakes.order(HandshakeQueue.Kind.FLUSH, null);
        }
        assertThat(handshakes.take())
                .isEqualTo(new HandshakeQueue.Order(HandshakeQueue.Kind.INITIATION, null));
        handshakes.order(HandshakeQueue.Kind.INITIATION, null); // the one before is in work
        assertThat(handshakes.take())
                .isEqualTo(new HandshakeQueue.Order(HandshakeQueue.Kind.FLUSH, null));
        assertThat(handshakes.take())
                .isEqualTo(new HandshakeQueue.Order(HandshakeQueue.Kind.INITIATION, null));
        handshakes.offer(message(), false);
        assertThat(handshakes.take()).isInstanceOf(HandshakeDatagram.class);
    }

    @Test
    void dropsMessagesOfBothKinds() {
        fill(3, false);
        fill(2, true);
        assertThat(handshakes.dropMessages()).isEqualTo(5);
        assertThat(handshakes.queued()).isZero();
        assertThat(handshakes.hasRoom(true)).isTrue();
    }

    @Test
    void waitsForActionsUntilTheWorkerComesBack() throws Exception {
        handshakes.awaitActions(FOREVER); // there are none
        handshakes.order(HandshakeQueue.Kind.KEEPALIVE, null);
        CountDownLatch taken = new CountDownLatch(1), goOn = new CountDownLatch(1);
        AtomicBoolean sent = new AtomicBoolean();
        Thread worker =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                handshakes.take();
                                taken.countDown();
                                goOn.await();
                                handshakes.order(HandshakeQueue.Kind.INITIATION, null);
                                handshakes.take();
                                sent.set(true);
                                handshakes.take();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        taken.await();
        handshakes.awaitActions(1); // the time is over while the action is in work
        assertThat(sent).isFalse();
        goOn.countDown();
        handshakes.awaitActions(FOREVER);
        assertThat(sent).isTrue();
        handshakes.close();
        worker.join();
    }

    @Test
    void noWorkerWaitsForItself() throws InterruptedException {
        handshakes.order(HandshakeQueue.Kind.KEEPALIVE, null);
        handshakes.take();
        handshakes.awaitActions(FOREVER);
    }

    @Test
    void takesNothingMoreOnceClosed() throws InterruptedException {
        fill(1, true);
        handshakes.close();
        assertThat(handshakes.take()).isNull();
        assertThat(handshakes.offer(message(), true)).isFalse();
        assertThat(handshakes.queued()).isZero();
    }

    private void fill(int messages, boolean proven) {
        for (int i = 0; i < messages; i++) assertThat(handshakes.offer(message(), proven)).isTrue();
    }

    /// Each is another one.
    private static HandshakeDatagram message() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[Initiation.LENGTH]);
        return new HandshakeDatagram(Message.INITIATION, bytes, FROM);
    }
}
