package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeBind;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.FakeTun;
import dev.adit.testkit.Gate;
import dev.adit.testkit.IpPackets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A device follows its interface up and down.
class InterfaceTest {
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) one.close();
    }

    private DeviceFixture down(String address) {
        DeviceFixture site = new DeviceFixture(net, clock, address);
        opened.add(site);
        return site;
    }

    private DeviceFixture up(String address) {
        DeviceFixture site = DeviceFixture.start(net, clock, address);
        opened.add(site);
        return site;
    }

    private ManualPeer peerOf(DeviceFixture site) {
        return peerOf(site, "192.0.2.99");
    }

    private ManualPeer peerOf(DeviceFixture site, String address) {
        ManualPeer peer = new ManualPeer(net.host(address), 4000, site);
        opened.add(peer);
        site.configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(peer.key)
                                        .endpoint(peer.endpoint)
                                        .allow("10.0.0.2/32")));
        return peer;
    }

    /// Returns when everything that was ordered before is done: the device takes up an initiation
    /// only then.
    private static void awaitOrders(DeviceFixture site, ManualPeer peer) {
        long before = site.drops(DropReason.INVALID_MAC);
        byte[] initiation = peer.initiation();
        initiation[116] ^= 1;
        peer.send(initiation);
        site.awaitDrops(DropReason.INVALID_MAC, before + 1);
    }

    @Test
    void followsTheInterface() {
        DeviceFixture site = down("192.0.2.1");
        assertThat(site.device.state()).isEqualTo(DeviceState.DOWN);
        assertThat(site.host.binds()).isEmpty();
        site.tun.up();
        assertThat(site.device.state()).isEqualTo(DeviceState.UP);
        FakeBind bind = site.host.bind();
        site.tun.down();
        assertThat(site.device.state()).isEqualTo(DeviceState.DOWN);
        assertThat(bind.isClosed()).isTrue();
        assertThat(site.host.binds()).isEmpty();
        site.close();
        assertThat(site.device.state()).isEqualTo(DeviceState.CLOSED);
    }

    @Test
    void isUpAtOnceWhenItsInterfaceIs() {
        FakeTun tun = new FakeTun("wgup");
        tun.set(true);
        try (Device device = Device.builder().tun(tun).binds(net.host("192.0.2.1")).build()) {
            Await.until("the device to be up", () -> device.state() == DeviceState.UP);
        }
    }

    @Test
    void sendsNothingBeforeItIsUp() {
        DeviceFixture site = down("192.0.2.1");
        site.configure(
                DeviceUpdate.builder().privateKey(site.privateKey).listenPort(DeviceFixture.PORT));
        ManualPeer peer = peerOf(site);
        site.configure(
                DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).persistentKeepalive(25)));
        DatagramRecorder wire = net.record();
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "too early"),
                IpPackets.packet("10.0.0.1", "10.0.0.9", "after it"));
        site.awaitDrops(DropReason.NO_ROUTE, 1);
        clock.advance(Duration.ofMinutes(2));
        assertThat(wire.all()).isEmpty();
        site.tun.up();
        assertThat(peer.receive()[0]).isEqualTo((byte) Message.INITIATION); // the keepalive's
    }

    @Test
    void sendsAtLastWhatCameBeforeItKnewThatItIsUp() {
        DeviceFixture a = down("192.0.2.1"), b = up("192.0.2.2");
        a.configure(DeviceUpdate.builder().privateKey(a.privateKey).listenPort(DeviceFixture.PORT));
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "early"));
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "after it"));
        a.awaitDrops(DropReason.NO_ROUTE, 1);
        a.tun.up();
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("early");
    }

    @Test
    void sendsTheFirstKeepaliveWhenThePrivateKeyComesLast() {
        DeviceFixture site = up("192.0.2.1");
        site.configure(
                DeviceUpdate.builder()
                        .privateKey(new PrivateKey(MemorySegment.ofArray(new byte[32]))));
        ManualPeer peer = peerOf(site);
        site.configure(
                DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).persistentKeepalive(25)));
        assertThat(peer.socket.waiting()).isZero();
        site.configure(DeviceUpdate.builder().privateKey(site.privateKey));
        assertThat(peer.receive()[0]).isEqualTo((byte) Message.INITIATION);
    }

    @Test
    void hasSentTheInitiationsThatAChangeCausesWhenItIsMade() {
        DeviceFixture site = up("192.0.2.1");
        site.configure(DeviceUpdate.builder().privateKey(site.privateKey));
        PrivateKey none = new PrivateKey(MemorySegment.ofArray(new byte[32]));
        for (int i = 0; i < 20; i++) {
            boolean keyComesLast = i % 2 == 0;
            if (keyComesLast) site.configure(DeviceUpdate.builder().privateKey(none));
            ManualPeer peer = peerOf(site, "192.0.2." + (100 + i));
            site.configure(
                    DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).persistentKeepalive(25)));
            if (keyComesLast) site.configure(DeviceUpdate.builder().privateKey(site.privateKey));
            assertThat(peer.socket.waiting()).isEqualTo(1);
            site.configure(DeviceUpdate.builder().peer(PeerUpdate.removal(peer.key)));
        }
    }

    @Test
    void waitsForTrafficWhenItGoesUp() {
        DeviceFixture site = up("192.0.2.1");
        ManualPeer peer = peerOf(site);
        awaitOrders(site, peer);
        assertThat(peer.socket.waiting()).isZero();
    }

    @Test
    void sendsNothingWithoutAPrivateKey() {
        DeviceFixture site = down("192.0.2.1");
        site.configure(DeviceUpdate.builder().listenPort(DeviceFixture.PORT));
        site.tun.up();
        ManualPeer peer = peerOf(site);
        site.configure(
                DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).persistentKeepalive(25)));
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "no key"));
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "after it"));
        site.awaitDrops(DropReason.NO_ROUTE, 1);
        peer.send(peer.initiation());
        site.awaitDrops(DropReason.NO_PRIVATE_KEY, 1);
        clock.advance(Duration.ofMinutes(2));
        peer.send(peer.initiation());
        site.awaitDrops(DropReason.NO_PRIVATE_KEY, 2);
        assertThat(peer.socket.waiting()).isZero();
    }

    @Test
    void forgetsSessionsWhenItGoesDown() {
        DeviceFixture site = up("192.0.2.1");
        ManualPeer peer = peerOf(site);
        peer.shakeHands();
        site.tun.down();
        site.tun.up();
        peer.send(peer.seal(IpPackets.packet("10.0.0.2", "10.0.0.1", "under the old session")));
        site.awaitDrops(DropReason.UNKNOWN_INDEX, 1);
        assertThat(site.tun.delivered()).isZero();
    }

    @Test
    void refusesOldInitiationsAfterItWasDown() {
        DeviceFixture site = up("192.0.2.1");
        ManualPeer peer = peerOf(site);
        byte[] old = peer.initiation();
        peer.send(old);
        peer.receive();
        site.tun.down();
        clock.advance(Duration.ofSeconds(1));
        site.tun.up();
        peer.send(old);
        site.awaitDrops(DropReason.REPLAYED_INITIATION, 1);
    }

    @Test
    void worksAgainAfterItWasDown() {
        DeviceFixture a = up("192.0.2.1"), b = up("192.0.2.2");
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        for (int round = 0; round < 5; round++) {
            a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "round " + round));
            assertThat(IpPackets.text(b.tun.receive())).isEqualTo("round " + round);
            a.tun.down();
            clock.advance(Duration.ofSeconds(1));
            a.tun.up();
        }
    }

    @Test
    void sendsNothingOnceItIsDown() {
        DeviceFixture site = up("192.0.2.1");
        ManualPeer peer = peerOf(site);
        peer.shakeHands();
        Await.until("a session", () -> site.peer(peer.key).receivedBytes() == 148 + 32);
        site.tun.down();
        DatagramRecorder wire = net.record();
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "too late"),
                IpPackets.packet("10.0.0.1", "10.0.0.9", "after it"));
        site.awaitDrops(DropReason.NO_ROUTE, 1);
        clock.advance(Duration.ofMinutes(10));
        assertThat(wire.all()).isEmpty();
    }

    @Test
    void sendsNothingFromBeforeWhenItIsUpAgain() {
        DeviceFixture site = up("192.0.2.1");
        ManualPeer peer = peerOf(site);
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        peer.receive();
        site.tun.down();
        clock.advance(Duration.ofSeconds(6));
        site.tun.up();
        awaitOrders(site, peer);
        assertThat(peer.socket.waiting()).isZero();
    }

    @Test
    void dropsMessagesThatWaitWhenItGoesDown() {
        DeviceFixture site = up("192.0.2.1");
        ManualPeer peer = peerOf(site);
        Gate barrier = new Gate();
        site.host.onSend((packets, i, to) -> barrier.pass());
        peer.send(peer.initiation());
        barrier.awaitVisitor();
        for (int i = 0; i < 10; i++) peer.send(peer.initiation());
        peer.send(new byte[32]);
        site.awaitDrops(DropReason.UNKNOWN_TYPE, 1);
        site.tun.down();
        assertThat(site.drops(DropReason.INTERFACE_DOWN)).isEqualTo(10);
        barrier.open();
        site.host.onSend((packets, i, to) -> {});
        clock.advance(Duration.ofSeconds(1));
        site.tun.up();
        peer.shakeHands();
    }

    @Test
    void answersAnInitiationThatIsThereAsItGoesUp() throws IOException {
        DeviceFixture site = down("192.0.2.1");
        site.configure(
                DeviceUpdate.builder().privateKey(site.privateKey).listenPort(DeviceFixture.PORT));
        ManualPeer peer = peerOf(site);
        for (int round = 0; round < 20; round++) {
            FakeTun tun = new FakeTun("wgr" + round);
            BindFactory binds =
                    (port, mark) -> {
                        FakeBind bind = site.host.open(port, mark);
                        peer.send(peer.initiation());
                        return bind;
                    };
            try (Device device = Device.builder().tun(tun).binds(binds).build()) {
                device.configure(
                        DeviceUpdate.builder()
                                .privateKey(site.privateKey)
                                .listenPort(DeviceFixture.PORT)
                                .peer(PeerUpdate.of(peer.key))
                                .build());
                tun.up();
                assertThat(peer.receive()[0]).isEqualTo((byte) Message.RESPONSE);
            }
        }
    }

    // ---- the port

    @Test
    void keepsThePortWhileItIsDown() {
        DeviceFixture site = down("192.0.2.1");
        assertThat(site.configuration().listenPort()).isZero();
        site.tun.up();
        int chosen = site.configuration().listenPort();
        assertThat(chosen).isNotZero();
        site.tun.down();
        assertThat(site.configuration().listenPort()).isEqualTo(chosen);
        site.tun.up();
        assertThat(site.host.bind().port()).isEqualTo(chosen);
        site.tun.down();
        site.configure(DeviceUpdate.builder().listenPort(4000));
        assertThat(site.host.binds()).isEmpty();
        site.tun.up();
        assertThat(site.host.bind().port()).isEqualTo(4000);
    }

    @Test
    void opensAnotherPortWhenItsOwnWasTakenAsItWentUp() throws IOException {
        DeviceFixture site = down("192.0.2.1");
        site.configure(DeviceUpdate.builder().privateKey(site.privateKey).listenPort(4000));
        ManualPeer peer = peerOf(site);
        site.configure(
                DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).persistentKeepalive(25)));
        FakeBind other = site.host.open(4000, 0);
        opened.add(other);
        site.tun.up();
        assertThat(site.device.state()).isEqualTo(DeviceState.UP);
        assertThat(site.host.bind()).isSameAs(other);
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "no socket"),
                IpPackets.packet("10.0.0.1", "10.0.0.9", "after it"));
        site.awaitDrops(DropReason.NO_ROUTE, 1);

        assertThatThrownBy(
                        () ->
                                site.device.configure(
                                        DeviceUpdate.builder().listenPort(4000).build()))
                .isInstanceOf(ErrnoException.class);
        site.configure(DeviceUpdate.builder().listenPort(DeviceFixture.PORT));
        assertThat(site.configuration().listenPort()).isEqualTo(DeviceFixture.PORT);
        assertThat(peer.receive()[0]).isEqualTo((byte) Message.INITIATION);
        peer.shakeHands();
    }

    @Test
    void setsTheInterfaceDownAgainWhenItsPortIsTaken() throws IOException {
        DeviceFixture site = down("192.0.2.1");
        site.tun.obeySetDown();
        site.configure(DeviceUpdate.builder().listenPort(4000));
        try (FakeBind other = site.host.open(4000, 0)) {
            site.tun.up();
            assertThat(site.device.state()).isEqualTo(DeviceState.DOWN);
            assertThat(site.host.binds()).containsExactly(other);
            assertThat(site.device.notes().link()).isEqualTo(DeviceInfo.Link.DOWN);
            assertThat(site.device.notes().socketFailure()).contains("EADDRINUSE");
        }
        site.tun.up();
        assertThat(site.device.state()).isEqualTo(DeviceState.UP);
        assertThat(site.host.bind().port()).isEqualTo(4000);
        assertThat(site.device.notes().link()).isEqualTo(DeviceInfo.Link.UP);
        assertThat(site.device.notes().socketFailure()).isEmpty();
    }

    @Test
    void refusesAPortThatIsTakenWhileItIsDown() throws IOException {
        DeviceFixture site = down("192.0.2.1");
        site.configure(DeviceUpdate.builder().listenPort(4000));
        try (FakeBind _ = site.host.open(4001, 0)) {
            assertThatThrownBy(
                            () ->
                                    site.device.configure(
                                            DeviceUpdate.builder().listenPort(4001).build()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EADDRINUSE");
        }
        assertThat(site.configuration().listenPort()).isEqualTo(4000);
        assertThat(site.host.binds()).isEmpty();
    }

    @Test
    void refusesAMarkWithoutTheRightToItWhileItIsDown() {
        DeviceFixture site = down("192.0.2.1");
        site.host.refuseMarks();
        assertThatThrownBy(() -> site.device.configure(DeviceUpdate.builder().fwmark(7).build()))
                .isInstanceOf(ErrnoException.class);
        assertThat(site.configuration().fwmark()).isZero();
    }

    @Test
    void opensItsPortOnceItIsFree() throws IOException {
        DeviceFixture site = down("192.0.2.1");
        site.configure(DeviceUpdate.builder().listenPort(4000));
        FakeBind other = site.host.open(4000, 0);
        site.tun.up();
        assertThat(site.device.notes().link()).isEqualTo(DeviceInfo.Link.UP);
        assertThat(site.device.notes().socketFailure()).contains("EADDRINUSE");
        other.close();
        site.configure(DeviceUpdate.builder().listenPort(4000));
        assertThat(site.host.bind().port()).isEqualTo(4000);
        assertThat(site.device.notes().socketFailure()).isEmpty();
    }
}
