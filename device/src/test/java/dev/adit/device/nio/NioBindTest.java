package dev.adit.device.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.SendException;
import dev.adit.testkit.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// Binds on loopback, against themselves.
@Timeout(60)
class NioBindTest {
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) one.close();
    }

    private Bind open(int port) throws IOException {
        Bind bind = new NioBindFactory().open(port, 0);
        opened.add(bind);
        return bind;
    }

    private PacketBatch batch(byte[]... packets) {
        PacketBatch batch = new PacketBatch(16, 1 << 18);
        opened.add(batch);
        int at = PacketBatch.HEADROOM;
        for (byte[] packet : packets) {
            MemorySegment.copy(packet, 0, batch.memory(), ValueLayout.JAVA_BYTE, at, packet.length);
            batch.add(at, packet.length);
            at += packet.length + PacketBatch.HEADROOM;
        }
        return batch;
    }

    private static byte[] bytes(PacketBatch batch, int i) {
        return batch.memory()
                .asSlice(batch.offset(i), batch.length(i))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static Endpoint at(String address, int port) {
        return new Endpoint(IpAddress.parse(address).orElseThrow(), port);
    }

    @Test
    void carriesDatagramsOverIpv4() throws IOException {
        carries("127.0.0.1");
    }

    @Test
    void carriesDatagramsOverIpv6() throws IOException {
        Loopback.assumeIpv6();
        carries("::1");
    }

    private void carries(String loopback) throws IOException {
        Bind a = open(0), b = open(0);
        byte[][] sent = {new byte[0], {1}, new byte[1452], new byte[65507]};
        sent[2][7] = 7;
        sent[3][65506] = 8;
        PacketBatch packets = batch(sent);
        a.send(packets, 0, 4, at(loopback, b.port()));
        PacketBatch received = batch();
        Bind.Receiver source = b.receivers().getFirst();
        for (int done = 0; done < sent.length; done += received.size()) {
            source.receive(received);
            for (int i = 0; i < received.size(); i++) {
                int end = i == 0 ? 0 : received.offset(i - 1) + received.length(i - 1);
                assertThat(received.offset(i)).isGreaterThanOrEqualTo(end + PacketBatch.HEADROOM);
                assertThat(bytes(received, i)).isEqualTo(sent[done + i]);
                assertThat(b.endpoint(received, i, null)).isEqualTo(at(loopback, a.port()));
            }
        }
    }

    @Test
    void receivesAllThatWaitsAtOnce() throws IOException {
        Bind a = open(0), b = open(0), c = open(0);
        for (int i = 0; i < 5; i++) {
            a.send(batch(new byte[] {1, 1}), 0, 1, at("127.0.0.1", b.port()));
            c.send(batch(new byte[] {2}), 0, 1, at("127.0.0.1", b.port()));
        }
        PacketBatch received = new PacketBatch(64, 64 << 16);
        opened.add(received);
        b.receivers().getFirst().receive(received);
        assertThat(received.size()).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
            boolean isFromA = received.length(i) == 2;
            assertThat(b.endpoint(received, i, null))
                    .isEqualTo(at("127.0.0.1", isFromA ? a.port() : c.port()));
        }
    }

    @Test
    void aBatchThatIsFullLeavesTheRest() throws IOException {
        Bind a = open(0), b = open(0);
        PacketBatch packets = batch(new byte[] {0}, new byte[] {1}, new byte[] {2});
        a.send(packets, 0, 3, at("127.0.0.1", b.port()));
        PacketBatch two = new PacketBatch(2, 1 << 18);
        opened.add(two);
        Bind.Receiver source = b.receivers().getFirst();
        source.receive(two);
        assertThat(two.size()).isEqualTo(2);
        source.receive(two);
        assertThat(two.size()).isOne();
        assertThat(bytes(two, 0)).containsExactly(2);
    }

    @Test
    void aClosedPortIsFreeAtOnce() throws IOException {
        Bind bind = open(0);
        int port = bind.port();
        bind.close();
        assertThat(open(port).port()).isEqualTo(port);
    }

    @Test
    void answersWhereADatagramCameFrom() throws IOException {
        Bind a = open(0), b = open(0);
        a.send(batch(new byte[] {1}), 0, 1, at("127.0.0.1", b.port()));
        PacketBatch received = batch();
        b.receivers().getFirst().receive(received);
        b.send(batch(new byte[] {2}), 0, 1, b.endpoint(received, 0, null));
        a.receivers().getFirst().receive(received);
        assertThat(bytes(received, 0)).containsExactly(2);
    }

    @Test
    void keepsTheEndpointThatIsKnown() throws IOException {
        Bind a = open(0), b = open(0);
        a.send(batch(new byte[] {1}), 0, 1, at("127.0.0.1", b.port()));
        PacketBatch received = batch();
        b.receivers().getFirst().receive(received);
        Endpoint known = at("127.0.0.1", a.port());
        assertThat(b.endpoint(received, 0, known)).isSameAs(known);
        Endpoint other = at("127.0.0.1", 1);
        assertThat(b.endpoint(received, 0, other)).isEqualTo(known);
    }

    @Test
    void sendsOnlyTheEntriesItIsAskedFor() throws IOException {
        Bind a = open(0), b = open(0);
        a.send(
                batch(new byte[] {0}, new byte[] {1}, new byte[] {2}),
                1,
                2,
                at("127.0.0.1", b.port()));
        a.send(batch(new byte[] {9}), 0, 1, at("127.0.0.1", b.port()));
        PacketBatch received = batch();
        Bind.Receiver source = b.receivers().getFirst();
        source.receive(received);
        assertThat(bytes(received, 0)).containsExactly(1);
        if (received.size() == 1) source.receive(received);
        assertThat(bytes(received, received.size() - 1)).containsExactly(9);
    }

    @Test
    void takesThePortItIsGiven() throws IOException {
        Bind first = open(0);
        int port = first.port();
        assertThat(port).isBetween(1, 65535);
        first.close();
        assertThat(open(port).port()).isEqualTo(port);
    }

    @Test
    void refusesAPortThatIsTaken() throws IOException {
        Bind first = open(0);
        assertThatThrownBy(() -> open(first.port()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EADDRINUSE")
                .extracting(e -> ((ErrnoException) e).errno())
                .isEqualTo(98);
    }

    @Test
    void refusesAFirewallMark() throws IOException {
        assertThatThrownBy(() -> new NioBindFactory().open(0, 1)).isInstanceOf(IOException.class);
        Bind bind = open(0);
        assertThatThrownBy(() -> bind.mark(1)).isInstanceOf(IOException.class);
        bind.mark(0);
    }

    @Test
    void saysWhichDatagramWasRefused() throws IOException {
        Bind a = open(0), b = open(0);
        PacketBatch packets = batch(new byte[] {1}, new byte[65508], new byte[] {3});
        Endpoint to = at("127.0.0.1", b.port());
        assertThatThrownBy(() -> a.send(packets, 0, 3, to))
                .isInstanceOf(SendException.class)
                .extracting(e -> ((SendException) e).refused())
                .isEqualTo(1);
        a.send(packets, 2, 3, to);
        PacketBatch received = batch();
        Bind.Receiver source = b.receivers().getFirst();
        source.receive(received);
        assertThat(bytes(received, 0)).containsExactly(1);
        if (received.size() == 1) source.receive(received);
        assertThat(bytes(received, received.size() - 1)).containsExactly(3);
    }

    @Test
    void refusesAnEndpointWithoutAPort() throws IOException {
        Bind bind = open(0);
        PacketBatch packets = batch(new byte[] {1});
        assertThatThrownBy(() -> bind.send(packets, 0, 1, at("127.0.0.1", 0)))
                .isInstanceOf(SendException.class);
    }

    @Test
    void refusesToSendOnceItIsClosed() throws IOException {
        Bind bind = open(0);
        bind.close();
        bind.close();
        PacketBatch packets = batch(new byte[] {1});
        assertThatThrownBy(() -> bind.send(packets, 0, 1, at("127.0.0.1", 9)))
                .isInstanceOf(SendException.class);
        assertThatThrownBy(() -> bind.receivers().getFirst().receive(batch()))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void endsABlockedReceiveWhenItIsClosed() throws IOException {
        Bind bind = open(0);
        PacketBatch received = batch();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Throwable> how = new AtomicReference<>();
        Thread reader =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        bind.receivers().getFirst().receive(received);
                                    } catch (IOException e) {
                                        how.set(e);
                                    }
                                    ended.countDown();
                                });
        // Blocked in the system call it looks as if it ran; a datagram that it took shows it there.
        bind.send(batch(new byte[] {1}), 0, 1, at("127.0.0.1", bind.port()));
        Await.open("a datagram", ended);
        CountDownLatch second = new CountDownLatch(1);
        Thread again =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        bind.receivers().getFirst().receive(received);
                                    } catch (IOException e) {
                                        how.set(e);
                                    }
                                    second.countDown();
                                });
        bind.close();
        Await.open("the end of receiving", second);
        Await.end(reader);
        Await.end(again);
        assertThat(how.get()).isInstanceOf(ClosedChannelException.class);
    }
}
