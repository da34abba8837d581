package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.DatagramInFlight;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.FakeTun;
import dev.adit.testkit.Gate;
import dev.adit.testkit.IpPackets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Packets between devices.
class DeviceTest {
    private final FakeNet net = new FakeNet();
    private final DeviceFixture a = DeviceFixture.start(net, "192.0.2.1", "2001:db8::1");
    private final DeviceFixture b = DeviceFixture.start(net, "192.0.2.2", "2001:db8::2");
    private final List<DeviceFixture> others = new ArrayList<>();

    @AfterEach
    void close() {
        a.close();
        b.close();
        others.forEach(DeviceFixture::close);
    }

    private void connect() {
        a.add(b, "10.0.0.2/32", "fd00::2/128");
        b.add(a, "10.0.0.1/32", "fd00::1/128");
    }

    /// Has a session between both, so that nothing has to wait for one.
    private void shakeHands() {
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
    }

    @Test
    void carriesIpv4BothWays() {
        connect();
        byte[] ping = IpPackets.packet("10.0.0.1", "10.0.0.2", "ping");
        byte[] pong = IpPackets.packet("10.0.0.2", "10.0.0.1", "pong");
        a.tun.send(ping);
        assertThat(b.tun.receive()).isEqualTo(ping);
        b.tun.send(pong);
        assertThat(a.tun.receive()).isEqualTo(pong);
    }

    @Test
    void carriesIpv6BothWays() {
        connect();
        byte[] ping = IpPackets.packet("fd00::1", "fd00::2", "ping");
        byte[] pong = IpPackets.packet("fd00::2", "fd00::1", "pong");
        a.tun.send(ping);
        assertThat(b.tun.receive()).isEqualTo(ping);
        b.tun.send(pong);
        assertThat(a.tun.receive()).isEqualTo(pong);
    }

    @Test
    void carriesPacketsOverIpv6() {
        a.configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(b.key)
                                        .endpoint(b.host.at6(DeviceFixture.PORT))
                                        .allow("10.0.0.2/32")));
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).allow("10.0.0.1/32")));
        shakeHands();
        assertThat(b.peer(a).endpoint().withoutSource()).isEqualTo(a.host.at6(DeviceFixture.PORT));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "pong"));
        assertThat(IpPackets.text(a.tun.receive())).isEqualTo("pong");
    }

    @Test
    void carriesBothWaysAtOnce() {
        connect();
        shakeHands();
        for (int i = 0; i < 1000; i++) {
            a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "to b " + i));
            b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "to a " + i));
        }
        assertThat(texts(b.tun, 1000)).isEqualTo(numbered("to b ", 1000));
        assertThat(texts(a.tun, 1000)).isEqualTo(numbered("to a ", 1000));
    }

    @Test
    void reachesAPeerWithoutEndpointOnceItHasCalled() {
        a.add(b, "10.0.0.2/32");
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).allow("10.0.0.1/32")));
        assertThat(b.peer(a).endpoint()).isNull();
        shakeHands();
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "pong"));
        assertThat(IpPackets.text(a.tun.receive())).isEqualTo("pong");
    }

    @Test
    void splitsABatchByPeerAndKeepsEachOrder() {
        DeviceFixture c = site("192.0.2.3");
        connect();
        a.add(c, "10.0.0.3/32");
        c.add(a, "10.0.0.1/32");
        a.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "b0"),
                IpPackets.packet("10.0.0.1", "10.0.0.3", "c0"),
                IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody"),
                IpPackets.packet("10.0.0.1", "10.0.0.3", "c1"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", "b1"),
                IpPackets.packet("10.0.0.1", "10.0.0.3", "c2"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", "b2"));
        assertThat(texts(b.tun, 3)).containsExactly("b0", "b1", "b2");
        assertThat(texts(c.tun, 3)).containsExactly("c0", "c1", "c2");

        // The same with sessions in place: nothing waits.
        a.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.3", "c3"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", "b3"),
                IpPackets.packet("10.0.0.1", "10.0.0.3", "c4"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", "b4"));
        assertThat(texts(b.tun, 2)).containsExactly("b3", "b4");
        assertThat(texts(c.tun, 2)).containsExactly("c3", "c4");
        a.awaitDrops(DropReason.NO_ROUTE, 1);
    }

    @Test
    void tellsPeersApartInOneBatchOfDatagrams() {
        DeviceFixture c = site("192.0.2.3");
        connect();
        b.add(c, "10.0.0.3/32");
        c.add(b, "10.0.0.2/32");
        shakeHands();
        c.tun.send(IpPackets.packet("10.0.0.3", "10.0.0.2", "first of c"));
        b.tun.receive();
        for (int i = 0; i < 200; i++) {
            a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "a " + i));
            c.tun.send(IpPackets.packet("10.0.0.3", "10.0.0.2", "c " + i));
        }
        List<String> texts = texts(b.tun, 400);
        assertThat(texts.stream().filter(t -> t.startsWith("a"))).isEqualTo(numbered("a ", 200));
        assertThat(texts.stream().filter(t -> t.startsWith("c"))).isEqualTo(numbered("c ", 200));
    }

    @Test
    void carriesBatchesLargerThanItsOwn() {
        connect();
        shakeHands();
        byte[][] packets = new byte[1000][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = IpPackets.packet("10.0.0.1", "10.0.0.2", "packet " + i);
        }
        a.tun.send(packets);
        assertThat(texts(b.tun, 1000)).isEqualTo(numbered("packet ", 1000));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 35, 36, 1279, 1419, 1420, 8999, 9000, 65400, 65475})
    void carriesPacketsOfEverySize(int length) {
        connect();
        a.tun.mtu(Math.max(length, 1420));
        shakeHands();
        byte[] packet = IpPackets.packet("10.0.0.1", "10.0.0.2", length);
        a.tun.send(packet, packet, packet);
        assertThat(b.tun.receive(3)).containsExactly(packet, packet, packet);
    }

    @Test
    void dropsAPacketThatFitsNoDatagram() {
        connect();
        a.tun.mtu(65535);
        shakeHands();
        byte[] packet = IpPackets.packet("10.0.0.1", "10.0.0.2", 65535);
        a.tun.send(packet, IpPackets.packet("10.0.0.1", "10.0.0.2", "after"));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("after");
        a.awaitDrops(DropReason.SEND_FAILED, 1);
    }

    @Test
    void carriesMoreThanASealedBatchHolds() {
        connect();
        a.tun.mtu(9000);
        shakeHands();
        byte[][] packets = new byte[100][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = IpPackets.packet("10.0.0.1", "10.0.0.2", 9000 - i);
        }
        a.tun.send(packets);
        assertThat(b.tun.receive(100)).containsExactly(packets);
    }

    @Test
    void cutsThePaddingOff() {
        connect();
        shakeHands();
        for (int length = 20; length < 60; length++) {
            byte[] packet = IpPackets.packet("10.0.0.1", "10.0.0.2", length);
            a.tun.send(packet);
            assertThat(b.tun.receive()).isEqualTo(packet);
        }
    }

    @Test
    void dropsAnEmptyPacketFromTheTun() {
        connect();
        a.tun.send(new byte[0], IpPackets.packet("10.0.0.1", "10.0.0.2", "after"));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("after");
        a.awaitDrops(DropReason.NOT_IP, 1);
    }

    @Test
    void sendsStagedPacketsInOrderAfterTheHandshake() {
        connect();
        byte[][] packets = new byte[128][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = IpPackets.packet("10.0.0.1", "10.0.0.2", "staged " + i);
        }
        a.tun.send(packets);
        assertThat(texts(b.tun, 128)).isEqualTo(numbered("staged ", 128));
        assertThat(a.drops(DropReason.STAGED_OVERFLOW)).isZero();
    }

    @Test
    void shakesHandsOnceForManyPackets() {
        DatagramRecorder wire = net.record();
        connect();
        for (int i = 0; i < 50; i++) a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "p" + i));
        b.tun.receive(50);
        assertThat(wire.all(sent -> sent.type() == Message.INITIATION)).hasSize(1);
        assertThat(wire.all(sent -> sent.type() == Message.RESPONSE)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 60, 1420})
    void cutsSuperPacketsOfDatagrams(int length) {
        connect();
        shakeHands();
        b.host.merge(true);
        byte[][] packets = new byte[300][];
        for (int i = 0; i < packets.length; i++) {
            // A shorter one ends a super-packet, so there are some of many sizes.
            packets[i] = IpPackets.packet("10.0.0.1", "10.0.0.2", i % 37 == 36 ? 20 : length);
            packets[i][4] = (byte) (i >> 8); // the identification
            packets[i][5] = (byte) i;
        }
        a.tun.send(packets);
        assertThat(b.tun.receive(300)).containsExactly(packets);
    }

    @Test
    void cutsASuperPacketOfMoreMessagesThanItNotesAtOnce() {
        connect();
        shakeHands();
        // While its first packet is held up here, thousands gather at the socket.
        b.host.merge(true);
        Gate barrier = new Gate();
        b.tun.onWrite(barrier::pass);
        for (int i = 0; i < 4000; i++)
            a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "p" + i));
        barrier.awaitVisitor();
        Await.until("all packets to be sent", () -> a.peer(b).sentBytes() > 4000 * 48);
        barrier.open();
        assertThat(texts(b.tun, 4000)).isEqualTo(numbered("p", 4000));
    }

    @Test
    void copiesEcnOutAndMarksCongestionIn() {
        connect();
        DatagramRecorder wire = net.record();
        shakeHands();
        assertThat(outerClass(wire, 0)).isZero();
        assertThat(outerClass(wire, 1)).isEqualTo(1);
        assertThat(outerClass(wire, 2)).isEqualTo(2);
        assertThat(outerClass(wire, 3)).isEqualTo(2);
        assertThat(outerClass(wire, 0xb8 | 1)).isEqualTo(1);
        b.tun.receive(5);

        net.congested(true);
        assertThat(innerClass("10.0.0.1", "10.0.0.2", 0xb8)).isEqualTo(0xb8);
        assertThat(innerClass("10.0.0.1", "10.0.0.2", 0xb8 | 1)).isEqualTo(0xb8 | 3);
        assertThat(innerClass("10.0.0.1", "10.0.0.2", 2)).isEqualTo(3);
        assertThat(innerClass("10.0.0.1", "10.0.0.2", 3)).isEqualTo(3);
        assertThat(innerClass("fd00::1", "fd00::2", 0xb8 | 1)).isEqualTo(0xb8 | 3);
        assertThat(innerClass("fd00::1", "fd00::2", 2)).isEqualTo(3);
        assertThat(innerClass("fd00::1", "fd00::2", 0x10)).isEqualTo(0x10);
    }

    /// The traffic class of the datagram that carries a packet of this one.
    private int outerClass(DatagramRecorder wire, int inner) {
        wire.clear();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", 100, inner));
        DatagramInFlight sent = wire.await("data", d -> d.type() == 4 && d.bytes().length > 32);
        return sent.trafficClass();
    }

    /// The traffic class with which a packet of this one arrives.
    private int innerClass(String from, String to, int sent) {
        a.tun.send(IpPackets.packet(from, to, 100, sent));
        byte[] arrived = b.tun.receive();
        if (arrived[0] >> 4 == 4) assertThat(IpPackets.headerIsIntact(arrived)).isTrue();
        return IpPackets.trafficClass(arrived);
    }

    @Test
    void marksHandshakesAsTheKernelDoes() {
        connect();
        DatagramRecorder wire = net.record();
        shakeHands();
        assertThat(wire.all(d -> d.type() <= Message.RESPONSE))
                .extracting(DatagramInFlight::trafficClass)
                .containsExactly(0x88, 0x88);
    }

    @Test
    void padsToSixteenBytesButNotBeyondTheMtu() {
        connect();
        DatagramRecorder wire = net.record();
        shakeHands();
        assertThat(sealedLength(wire, 21)).isEqualTo(32 + 32);
        assertThat(sealedLength(wire, 32)).isEqualTo(32 + 32);
        assertThat(sealedLength(wire, 1420)).isEqualTo(1420 + 32);
        a.tun.mtu(1424);
        assertThat(sealedLength(wire, 1420)).isEqualTo(1424 + 32);
        a.tun.mtu(1300);
        assertThat(sealedLength(wire, 1297)).isEqualTo(1300 + 32);
        assertThat(sealedLength(wire, 1288)).isEqualTo(1296 + 32);
    }

    @Test
    void padsNotBeyondTheMtuOfAnyRouteThatThePacketMayHaveTaken() {
        connect();
        DatagramRecorder wire = net.record();
        shakeHands();
        a.tun.mtu(1300);
        a.tun.routeMtus(1281, 1299);
        assertThat(sealedLength(wire, 1281)).isEqualTo(1281 + 32);
        assertThat(sealedLength(wire, 1282)).isEqualTo(1296 + 32);
        assertThat(sealedLength(wire, 1299)).isEqualTo(1299 + 32);
        a.tun.routeMtus();
        assertThat(sealedLength(wire, 1299)).isEqualTo(1300 + 32);
    }

    private int sealedLength(DatagramRecorder wire, int length) {
        wire.clear();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", length));
        return wire.await("data", d -> d.type() == 4 && d.bytes().length > 32).bytes().length;
    }

    private DeviceFixture site(String address) {
        DeviceFixture site = DeviceFixture.start(net, address);
        others.add(site);
        return site;
    }

    private static List<String> texts(FakeTun tun, int count) {
        return tun.receive(count).stream().map(IpPackets::text).toList();
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
