package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;
import dev.adit.os.ffi.Errno;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class LinuxBindTest {
    private final PacketBatch out = new PacketBatch(256, 1 << 20);
    private final PacketBatch in = new PacketBatch(128, 1 << 18);
    private Bind here;
    private Bind there;

    @BeforeEach
    void open() throws IOException {
        here = new LinuxBindFactory().open(0, 0);
        there = new LinuxBindFactory().open(0, 0);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        out.close();
        in.close();
    }

    private static Endpoint to(String address, Bind bind) {
        if (address.indexOf(':') >= 0) Host.requireInet6();
        return new Endpoint(IpAddress.parse(address).get(), bind.port());
    }

    /// Fills `out` with `count` packets, the first byte of each its number.
    private void fill(int count, int bytes) {
        out.clear();
        for (int i = 0; i < count; i++) {
            byte[] packet = new byte[bytes];
            if (bytes > 0) packet[0] = (byte) i;
            Packets.add(out, i * 4096, packet, 0);
        }
    }

    private static Bind.Receiver source(Bind bind, Endpoint destination) {
        return bind.receivers().get(destination.address().v6() ? 1 : 0);
    }

    /// Receives until `count` datagrams have come, or fails.
    private List<byte[]> receive(Bind bind, Endpoint destination, int count) throws Exception {
        List<byte[]> datagrams = new ArrayList<>();
        while (datagrams.size() < count) {
            receiveOnce(bind, destination);
            for (int i = 0; i < in.size(); i++) datagrams.add(Packets.bytes(in, i));
        }
        return datagrams;
    }

    private void receiveOnce(Bind bind, Endpoint destination) throws Exception {
        Host.promptly(
                () -> {
                    source(bind, destination).receive(in);
                    return null;
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void receivesWhatIsSentInOrder(String address) throws Exception {
        Endpoint to = to(address, there);
        fill(200, 100);

        here.send(out, 3, 200, to);

        List<byte[]> datagrams = receive(there, to, 197);
        assertThat(datagrams).hasSize(197);
        for (int i = 0; i < 197; i++) {
            assertThat(datagrams.get(i)).hasSize(100);
            assertThat(datagrams.get(i)[0]).isEqualTo((byte) (i + 3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void putsDatagramsWhereHeadersFitBefore(String address) throws Exception {
        Endpoint to = to(address, there);
        fill(50, 1500);
        here.send(out, 0, 50, to);

        receiveOnce(there, to);

        for (int i = 0; i < in.size(); i++) {
            assertThat(in.offset(i)).isGreaterThanOrEqualTo(PacketBatch.HEADROOM);
            assertThat(in.offset(i) % 16).isZero();
            assertThat(in.segmentSize(i)).isZero();
            if (i > 0) {
                int room = in.offset(i) - in.offset(i - 1) - in.length(i - 1);
                assertThat(room).isGreaterThanOrEqualTo(PacketBatch.HEADROOM);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void tellsWhereADatagramCameFrom(String address) throws Exception {
        Endpoint to = to(address, there);
        fill(1, 10);
        here.send(out, 0, 1, to);

        receiveOnce(there, to);

        Endpoint from = there.endpoint(in, 0, null);
        assertThat(from.sameRemote(to(address, here))).isTrue();
        assertThat(from.source()).isEqualTo(to.address());
        assertThat(from.sourceInterface()).isPositive();
        assertThat(there.endpoint(in, 0, from)).isSameAs(from);
        assertThat(there.endpoint(in, 0, from.withoutSource())).isEqualTo(from);
    }

    @Test
    void answersFromTheAddressThatWasAsked() throws Exception {
        Endpoint asked = to("127.0.0.2", there);
        fill(1, 10);
        here.send(out, 0, 1, asked);
        receiveOnce(there, asked);
        Endpoint back = there.endpoint(in, 0, null);
        assertThat(back.source()).isEqualTo(asked.address());

        there.send(out, 0, 1, back);

        receiveOnce(here, asked);
        assertThat(here.endpoint(in, 0, null).sameRemote(asked)).isTrue();
    }

    @Test
    void choosesASourceWhereNoneIsKnown() throws Exception {
        Endpoint to = to("127.0.0.2", there);
        fill(1, 10);
        here.send(out, 0, 1, to.withoutSource());
        receiveOnce(there, to);
        assertThat(there.endpoint(in, 0, null).sameRemote(to("127.0.0.1", here))).isTrue();
    }

    @Test
    void saysThatASourceHasGone() {
        IpAddress foreign = IpAddress.parse("192.0.2.77").get();
        Endpoint v4 = new Endpoint(IpAddress.parse("127.0.0.1").get(), there.port(), 0, foreign, 0);
        fill(5, 10);
        assertThatThrownBy(() -> here.send(out, 2, 5, v4))
                .isInstanceOfSatisfying(
                        SendException.class,
                        e -> {
                            assertThat(e.refused()).isEqualTo(2);
                            assertThat(e.sourceGone()).isTrue();
                            assertThat(e).hasMessageStartingWith("sendmmsg: E");
                        });

        Host.requireInet6();
        IpAddress foreign6 = IpAddress.parse("2001:db8::77").get();
        Endpoint v6 = new Endpoint(IpAddress.parse("::1").get(), there.port(), 0, foreign6, 0);
        assertThatThrownBy(() -> here.send(out, 0, 1, v6))
                .isInstanceOfSatisfying(
                        SendException.class, e -> assertThat(e.sourceGone()).isTrue());
    }

    @Test
    void goesByAnotherInterfaceWhereThatOfTheSourceHasGone() throws Exception {
        IpAddress local = IpAddress.parse("127.0.0.1").get();
        Endpoint to = new Endpoint(local, there.port(), 0, local, 987654321);
        fill(1, 10);
        here.send(out, 0, 1, to);
        assertThat(receive(there, to, 1)).hasSize(1);
    }

    @Test
    void saysThatTheInterfaceOfAnInet6SourceHasGone() {
        IpAddress local = to("::1", there).address();
        Endpoint to = new Endpoint(local, there.port(), 0, local, 987654321);
        fill(1, 10);
        assertThatThrownBy(() -> here.send(out, 0, 1, to))
                .isInstanceOfSatisfying(
                        SendException.class, e -> assertThat(e.sourceGone()).isTrue());
    }

    @Test
    void sendsWhatCameBeforeARefusedPacketAndNothingAfter() throws Exception {
        Endpoint to = to("127.0.0.1", there);
        out.clear();
        for (int i = 0; i < 6; i++) out.add(i * 16, i == 4 ? 65508 : 10 + i);

        assertThatThrownBy(() -> here.send(out, 1, 6, to))
                .isInstanceOfSatisfying(
                        SendException.class,
                        e -> {
                            assertThat(e.refused()).isEqualTo(4);
                            assertThat(e.sourceGone()).isFalse();
                            assertThat(e).hasMessage("sendmmsg: EMSGSIZE: Message too long");
                        });

        here.send(out, 5, 6, to);
        assertThat(receive(there, to, 4))
                .extracting(datagram -> datagram.length)
                .containsExactly(11, 12, 13, 15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesTheTrafficClassOfEachPacket(String address) throws Exception {
        Endpoint to = to(address, there);
        int[] classes = {0, 0x88, 0x88, 1, 2, 3, 0, 0xff, 0xb8, 0xb8};
        out.clear();
        for (int trafficClass : classes) Packets.add(out, 64, new byte[4], trafficClass);
        here.send(out, 0, classes.length, to);

        List<Integer> received = new ArrayList<>();
        Endpoint from = null;
        while (received.size() < classes.length) {
            receiveOnce(there, to);
            for (int i = 0; i < in.size(); i++) received.add(in.trafficClass(i));
            from = there.endpoint(in, 0, null);
        }
        assertThat(received).containsExactly(0, 0x88, 0x88, 1, 2, 3, 0, 0xff, 0xb8, 0xb8);

        there.send(out, 1, 2, from); // together with a source
        receiveOnce(here, to);
        assertThat(in.trafficClass(0)).isEqualTo(0x88);
    }

    @Test
    void marksWhatDidNotFit() throws Exception {
        Endpoint to = to("127.0.0.1", there);
        out.clear();
        for (int bytes : new int[] {7, 4000, 2048, 2049, 8}) out.add(64, bytes);
        here.send(out, 0, 5, to);
        List<Integer> lengths = new ArrayList<>();
        try (PacketBatch small = new PacketBatch(1, PacketBatch.HEADROOM + 2048)) {
            while (lengths.size() < 5) lengths.add(receiveInto(small, to));
        }
        assertThat(lengths)
                .containsExactly(7, Bind.Receiver.TRUNCATED, 2048, Bind.Receiver.TRUNCATED, 8);
    }

    /// Receives one datagram; its length.
    private int receiveInto(PacketBatch into, Endpoint destination) throws Exception {
        return Host.promptly(
                () -> {
                    source(there, destination).receive(into);
                    assertThat(into.size()).isOne();
                    return into.length(0);
                });
    }

    @Test
    void usesTheRoomThatThereIs() throws Exception {
        Endpoint to = to("127.0.0.1", there);
        int[][] batches = {{1, 64}, {1, 65536 + 16}, {4, 4 * 65552}, {1000, 1 << 15}};
        int[] longest = {48, 65507, 65507, (1 << 15) - PacketBatch.HEADROOM};
        for (int i = 0; i < batches.length; i++) {
            try (PacketBatch into = new PacketBatch(batches[i][0], batches[i][1])) {
                out.clear();
                out.add(64, longest[i]);
                if (longest[i] < 65507) out.add(64, longest[i] + 1);
                here.send(out, 0, out.size(), to);
                List<Integer> lengths = new ArrayList<>();
                while (lengths.size() < out.size()) {
                    Host.promptly(
                            () -> {
                                source(there, to).receive(into);
                                return null;
                            });
                    for (int j = 0; j < into.size(); j++) lengths.add(into.length(j));
                }
                assertThat(lengths.getFirst()).isEqualTo(longest[i]);
                if (lengths.size() > 1) {
                    assertThat(lengths.get(1)).isEqualTo(Bind.Receiver.TRUNCATED);
                }
            }
        }
    }

    @Test
    void refusesABatchWithoutRoom() {
        try (PacketBatch nothing = new PacketBatch(1, 16)) {
            assertThatThrownBy(() -> here.receivers().getFirst().receive(nothing))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void receivesEmptyDatagrams() throws Exception {
        Endpoint to = to("127.0.0.1", there);
        fill(2, 0);
        here.send(out, 0, 2, to);
        assertThat(receive(there, to, 2)).allMatch(datagram -> datagram.length == 0);
    }

    @Test
    void isNotDisturbedByPortsThatNoOneListensOn() throws Exception {
        Endpoint to = to("127.0.0.1", there);
        fill(3, 10);
        there.close();
        for (int i = 0; i < 3; i++) here.send(out, i, i + 1, to);

        here.send(out, 0, 1, to("127.0.0.1", here));
        assertThat(receive(here, to, 1)).hasSize(1);
    }

    @Test
    void hasNoSocketOfAFamilyThatTheHostLacks() throws Exception {
        LinuxUdpSocket socket = LinuxUdpSocket.open(false, 0, 0);
        try (Bind onlyV4 = new LinuxBind(socket, null, 0)) {
            assertThat(onlyV4.receivers()).hasSize(1);
            assertThat(onlyV4.port()).isEqualTo(socket.port());
            Endpoint v6 = new Endpoint(IpAddress.parse("::1").get(), 1);
            fill(1, 10);
            assertThatThrownBy(() -> onlyV4.send(out, 0, 1, v6))
                    .isInstanceOfSatisfying(
                            SendException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EAFNOSUPPORT));
            onlyV4.mark(0);
            onlyV4.send(out, 0, 1, to("127.0.0.1", there));
        }
    }

    @Test
    void endsBlockedReceivesOnClose() throws Exception {
        CountDownLatch started = new CountDownLatch(here.receivers().size());
        List<CompletableFuture<Object>> blocked = new ArrayList<>();
        for (Bind.Receiver source : here.receivers()) {
            blocked.add(
                    Host.async(
                            () -> {
                                try (PacketBatch into = new PacketBatch(4, 1 << 14)) {
                                    started.countDown();
                                    source.receive(into);
                                }
                                return null;
                            }));
        }
        started.await();

        here.close();

        for (CompletableFuture<Object> receiver : blocked) {
            assertThatThrownBy(() -> receiver.get(Host.PATIENCE, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void isClosedForGood() {
        int port = here.port();
        here.close();
        here.close();
        fill(3, 10);

        assertThatThrownBy(() -> here.receivers().getFirst().receive(in))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> here.mark(1)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> here.send(out, 1, 3, to("127.0.0.1", there)))
                .isInstanceOfSatisfying(
                        SendException.class,
                        e -> {
                            assertThat(e.errno()).isEqualTo(Errno.EBADF);
                            assertThat(e.refused()).isEqualTo(1);
                        });
        assertThat(here.port()).isEqualTo(port);
    }

    @Test
    void sendsFromManyThreads() throws Exception {
        Endpoint to = to("127.0.0.1", there);
        List<CompletableFuture<Object>> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            senders.add(
                    Host.async(
                            () -> {
                                try (PacketBatch mine = new PacketBatch(100, 1 << 14)) {
                                    byte[] packet = {(byte) number};
                                    for (int j = 0; j < 100; j++) {
                                        Packets.add(mine, 128 * j, packet, number);
                                    }
                                    for (int j = 0; j < 10; j++) here.send(mine, 0, 100, to);
                                }
                                return null;
                            }));
        }
        int[] received = new int[4];
        for (int total = 0; total < 4000; total += in.size()) {
            receiveOnce(there, to);
            for (int i = 0; i < in.size(); i++) {
                byte[] datagram = Packets.bytes(in, i);
                assertThat(datagram).hasSize(1);
                assertThat(in.trafficClass(i)).isEqualTo(datagram[0]);
                received[datagram[0]]++;
            }
        }
        assertThat(received).containsOnly(1000);
        for (CompletableFuture<Object> sender : senders) {
            sender.get(Host.PATIENCE, TimeUnit.SECONDS);
        }
    }

    @Test
    void mayBeClosedWhileItIsUsed() throws Exception {
        Endpoint to = to("127.0.0.1", there);
        fill(20, 100);
        for (int round = 0; round < 50; round++) {
            Bind bind = new LinuxBindFactory().open(0, 0);
            CountDownLatch sending = new CountDownLatch(1);
            CompletableFuture<Object> sender =
                    Host.async(
                            () -> {
                                while (true) {
                                    bind.send(out, 0, 20, to);
                                    sending.countDown();
                                }
                            });
            sending.await();
            bind.close();
            assertThatThrownBy(() -> sender.get(Host.PATIENCE, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(SendException.class)
                    .hasMessageContaining("EBADF");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void allocatesNothingPerPacket(String address) throws Exception {
        Endpoint to = to(address, there);
        out.clear();
        for (int i = 0; i < 20; i++) Packets.add(out, i * 64, new byte[40], i & 2);
        here.send(out, 0, 20, to);
        receiveOnce(there, to);
        Endpoint from = there.endpoint(in, 0, null);
        IpAddress local = from.address();
        Endpoint full = new Endpoint(to.address(), to.port(), 0, local, from.sourceInterface());
        Bind.Receiver source = source(there, to);
        Host.assertSettlesWithoutAllocation(
                () -> {},
                () -> {
                    for (int i = 0; i < 25; i++) {
                        here.send(out, 0, 20, full);
                        source.receive(in);
                        for (int j = 0; j < in.size(); j++) {
                            if (there.endpoint(in, j, from) != from) throw new AssertionError();
                        }
                    }
                });
    }
}
