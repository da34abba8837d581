package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.DatagramInFlight;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.SendFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Where packets go to, and from which address.
class RoamingTest {
    private final FakeNet net = new FakeNet();
    private final DeviceFixture a =
            DeviceFixture.start(net, "192.0.2.1", "192.0.2.101", "2001:db8::1");
    private final DeviceFixture b = DeviceFixture.start(net, "192.0.2.2");
    private final DatagramRecorder wire = net.record();

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void connect(Endpoint toA) {
        b.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(a.key).endpoint(toA).allow("10.0.0.1/32")));
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).allow("10.0.0.2/32")));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "first"));
        a.tun.receive();
        wire.clear();
    }

    private DatagramInFlight dataFromA() {
        wire.clear();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "pong"));
        return wire.await("data from a", RoamingTest::isData);
    }

    private static boolean isData(DatagramInFlight sent) {
        return sent.type() == Message.TRANSPORT_DATA && sent.bytes().length > 32;
    }

    @Test
    void followsAPeerThatMoves() {
        connect(a.endpoint());
        b.host.move("203.0.113.77");
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "from elsewhere"));
        a.tun.receive();
        Endpoint moved = b.endpoint();
        assertThat(a.peer(b).endpoint().sameRemote(moved)).isTrue();
        assertThat(dataFromA().to().sameRemote(moved)).isTrue();
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("pong");
    }

    @Test
    void followsAPeerWhosePacketHasAnUnallowedSource() {
        connect(a.endpoint());
        b.host.move("203.0.113.77");
        b.tun.send(IpPackets.packet("10.0.0.66", "10.0.0.1", "spoofed"));
        a.awaitDrops(DropReason.UNALLOWED_SOURCE, 1);
        Await.until("a to follow", () -> a.peer(b).endpoint().sameRemote(b.endpoint()));
        assertThat(a.tun.delivered()).isZero();
    }

    @Test
    void followsAKeepaliveOfAPeerThatHasMoved() {
        connect(a.endpoint());
        b.host.move("203.0.113.77");
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).persistentKeepalive(25)));
        Await.until("a to follow", () -> a.peer(b).endpoint().sameRemote(b.endpoint()));
    }

    @Test
    void doesNotFollowAReplay() {
        connect(a.endpoint());
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "data"));
        a.tun.receive();
        byte[] data = wire.await("data", RoamingTest::isData).bytes();
        Endpoint before = a.peer(b).endpoint();
        net.host("198.51.100.1").socket(1).send(a.endpoint(), data);
        a.awaitDrops(DropReason.REPLAYED, 1);
        assertThat(a.peer(b).endpoint()).isEqualTo(before);
    }

    @Test
    void doesNotFollowAForgery() {
        connect(a.endpoint());
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "data"));
        a.tun.receive();
        byte[] data = wire.await("data", RoamingTest::isData).bytes();
        data[8] += 100; // another counter
        Endpoint before = a.peer(b).endpoint();
        net.host("198.51.100.1").socket(1).send(a.endpoint(), data);
        a.awaitDrops(DropReason.NOT_AUTHENTIC, 1);
        assertThat(a.peer(b).endpoint()).isEqualTo(before);
    }

    @Test
    void sendsToAConfiguredEndpointFromTheNextPacketOn() {
        connect(a.endpoint());
        Endpoint elsewhere = new Endpoint(IpAddress.parse("198.51.100.9").orElseThrow(), 9);
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).endpoint(elsewhere)));
        assertThat(dataFromA().to()).isEqualTo(elsewhere);
    }

    @Test
    void answersFromTheAddressItWasAskedAt() {
        Endpoint second = at("192.0.2.101");
        connect(second);
        assertThat(a.peer(b).endpoint().source()).isEqualTo(second.address());
        assertThat(dataFromA().from()).isEqualTo(second);
    }

    @Test
    void answersAHandshakeFromTheAddressItWasAskedAt() {
        Endpoint second = at("192.0.2.101");
        b.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(a.key).endpoint(second).allow("10.0.0.1/32")));
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).allow("10.0.0.2/32")));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "first"));
        DatagramInFlight response = wire.await("response", d -> d.type() == Message.RESPONSE);
        assertThat(response.from()).isEqualTo(second);
    }

    @Test
    void sendsAgainAtOnceWithoutASourceThatHasGone() {
        connect(at("192.0.2.101"));
        a.host.move("192.0.2.1");
        assertThat(dataFromA().from()).isEqualTo(at("192.0.2.1"));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("pong");
        assertThat(a.peer(b).endpoint().hasSource()).isFalse();
        assertThat(a.drops(DropReason.SEND_FAILED)).isZero();
    }

    @Test
    void sendsTheRestOfABatchAgainWhenTheSourceGoesInItsMiddle() {
        connect(at("192.0.2.101"));
        AtomicInteger sent = new AtomicInteger();
        a.host.onSend(
                (packets, i, to) -> {
                    if (to.hasSource() && sent.incrementAndGet() > 2) {
                        throw new SendException("sendmsg", 22, "EINVAL", i, true);
                    }
                });
        byte[][] packets = new byte[5][];
        for (int i = 0; i < 5; i++) packets[i] = IpPackets.packet("10.0.0.1", "10.0.0.2", "p" + i);
        a.tun.send(packets);
        assertThat(b.tun.receive(5)).containsExactly(packets);
        assertThat(wire.all(RoamingTest::isData))
                .extracting(DatagramInFlight::from)
                .isEqualTo(
                        List.of(
                                at("192.0.2.101"),
                                at("192.0.2.101"),
                                at("192.0.2.1"),
                                at("192.0.2.1"),
                                at("192.0.2.1")));
        assertThat(a.drops(DropReason.SEND_FAILED)).isZero();
    }

    @Test
    void dropsOnlyWhatTheSocketRefuses() {
        connect(a.endpoint());
        a.host.onSend(
                (packets, i, to) -> {
                    if (i == 1 || i == 3) throw SendFault.unreachable(i);
                });
        byte[][] packets = new byte[5][];
        for (int i = 0; i < 5; i++) packets[i] = IpPackets.packet("10.0.0.1", "10.0.0.2", "p" + i);
        a.tun.send(packets);
        assertThat(b.tun.receive(3)).containsExactly(packets[0], packets[2], packets[4]);
        a.awaitDrops(DropReason.SEND_FAILED, 2);
        assertThat(a.peer(b).endpoint().hasSource()).isTrue();
    }

    @Test
    void learnsANewSourceFromTheNextPacket() {
        connect(at("192.0.2.101"));
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).endpoint(at("192.0.2.1"))));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "to the other address"));
        a.tun.receive();
        assertThat(dataFromA().from()).isEqualTo(at("192.0.2.1"));
    }

    @Test
    void forgetsTheSourceWhenThePortChanges() {
        connect(at("192.0.2.101"));
        a.configure(DeviceUpdate.builder().listenPort(4000));
        assertThat(a.peer(b).endpoint().hasSource()).isFalse();
        assertThat(dataFromA().from().port()).isEqualTo(4000);
    }

    @Test
    void forgetsTheSourceWhenTheMarkChanges() {
        connect(at("192.0.2.101"));
        a.configure(DeviceUpdate.builder().fwmark(7));
        assertThat(a.peer(b).endpoint().hasSource()).isFalse();
        assertThat(dataFromA().from()).isEqualTo(at("192.0.2.1"));
    }

    @Test
    void keepsTheSourceWhenNothingChanges() {
        connect(at("192.0.2.101"));
        a.configure(DeviceUpdate.builder().listenPort(DeviceFixture.PORT).fwmark(0));
        assertThat(a.peer(b).endpoint().hasSource()).isTrue();
    }

    private static Endpoint at(String address) {
        return new Endpoint(IpAddress.parse(address).orElseThrow(), DeviceFixture.PORT);
    }
}
