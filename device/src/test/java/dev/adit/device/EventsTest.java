package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceEvent.HandshakeMessage;
import dev.adit.device.event.DeviceEvent.HandshakeReceived;
import dev.adit.device.event.DeviceEvent.HandshakeSent;
import dev.adit.device.event.DeviceEvent.PeerAdded;
import dev.adit.device.event.DeviceEvent.SessionEstablished;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// What a program's listener is told. [DropsTest] has every reason for a drop.
class EventsTest {
    private final LogCapture log = LogCapture.open();
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final EventRecorder heard = new EventRecorder();
    private DeviceFixture a, b;

    @AfterEach
    void close() {
        a.close();
        if (b != null) b.close();
        log.close();
    }

    private void start(DeviceListener listener) {
        a = DeviceFixture.startWithListener(net, clock, listener, "192.0.2.1");
        b = DeviceFixture.start(net, clock, "192.0.2.2");
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
    }

    private static void awaitEvent(EventRecorder by, DeviceEvent event) {
        Await.until(event + ", and not only " + by.events, () -> by.events.contains(event));
    }

    private static <E extends DeviceEvent> E event(EventRecorder by, Class<E> type) {
        Await.until(type.getSimpleName(), () -> by.events.stream().anyMatch(type::isInstance));
        return by.events.stream().filter(type::isInstance).map(type::cast).findFirst().get();
    }

    @Test
    void listenersHearBothSidesOfAHandshake() {
        EventRecorder heardByB = new EventRecorder();
        a = DeviceFixture.startWithListener(net, clock, heard, "192.0.2.1");
        b = DeviceFixture.startWithListener(net, clock, heardByB, "192.0.2.2");
        connect();
        PeerIdentity ofA = event(heard, PeerAdded.class).peer();
        PeerIdentity ofB = event(heardByB, PeerAdded.class).peer();
        assertThat(ofA.publicKey()).isEqualTo(b.key);
        awaitEvent(heard, new HandshakeSent(ofA, HandshakeMessage.INITIATION));
        awaitEvent(
                heardByB,
                new HandshakeReceived(ofB, HandshakeMessage.INITIATION, b.peer(a).endpoint()));
        awaitEvent(heardByB, new HandshakeSent(ofB, HandshakeMessage.RESPONSE));
        awaitEvent(
                heard, new HandshakeReceived(ofA, HandshakeMessage.RESPONSE, a.peer(b).endpoint()));
        assertThat(event(heard, SessionEstablished.class).peer()).isSameAs(ofA);
        assertThat(event(heardByB, SessionEstablished.class).peer()).isSameAs(ofB);
        assertThat(heard.drops).isEmpty();
        assertThat(heardByB.drops).isEmpty();
    }

    @Test
    void aListenerHearsTheLifeOfADevice() {
        start(heard);
        assertThat(heard.events.getFirst()).isInstanceOf(DeviceEvent.Started.class);
        assertThat(event(heard, DeviceEvent.SocketsOpened.class).port())
                .isEqualTo(DeviceFixture.PORT);
        connect();
        PeerIdentity peer = event(heard, PeerAdded.class).peer();
        a.tun.mtu(1280);
        a.tun.down();
        a.configure(DeviceUpdate.builder().fwmark(7).peer(PeerUpdate.removal(b.key)));
        a.device.close();
        assertThat(heard.events)
                .contains(
                        new DeviceEvent.InterfaceUp(),
                        new DeviceEvent.PrivateKeyChanged(),
                        new DeviceEvent.MtuChanged(1280),
                        new DeviceEvent.InterfaceDown(),
                        new DeviceEvent.FirewallMarkChanged(7),
                        new DeviceEvent.PeerChanged(peer),
                        new DeviceEvent.PeerRemoved(peer))
                .endsWith(new DeviceEvent.Closed());
    }

    @Test
    void aListenerHearsThatAPeerHasThisInterfacesKey() {
        start(heard);
        a.add(b, "10.0.0.2/32");
        PeerIdentity peer = event(heard, PeerAdded.class).peer();
        a.configure(DeviceUpdate.builder().privateKey(b.privateKey));
        assertThat(heard.events).contains(new DeviceEvent.PeerRemoved(peer));
        assertThat(a.configuration().peers()).isEmpty();
    }

    @Test
    void aDropShowsThePacketAndItsSender() {
        AtomicReference<String> seen = new AtomicReference<>();
        start(
                new DeviceListener() {
                    @Override
                    public void dropped(
                            DropReason reason,
                            PeerIdentity peer,
                            int packets,
                            DroppedPacket packet) {
                        seen.set(
                                "%s %s %d of %d bytes from %s, inner: %s"
                                        .formatted(
                                                reason,
                                                peer,
                                                packets,
                                                packet.length(),
                                                packet.sender(),
                                                packet.isInner()));
                    }
                });
        connect();
        b.tun.send(IpPackets.packet("10.0.0.3", "10.0.0.1", 60));
        a.awaitDrops(DropReason.UNALLOWED_SOURCE, 1);
        Await.until(
                "the drop, and not " + seen,
                () ->
                        ("UNALLOWED_SOURCE peer 1 1 of 64 bytes from " + b.endpoint())
                                .concat(", inner: true")
                                .equals(seen.get()));
    }

    @Test
    void aListenerThatThrowsIsReportedOnceAndTheDeviceGoesOn() {
        start(new Thrower());
        connect();
        b.tun.send(IpPackets.packet("10.0.0.3", "10.0.0.1", "dropped"));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "answer"));
        a.tun.receive();
        a.awaitDrops(DropReason.UNALLOWED_SOURCE, 1);
        String message = "A listener has failed: " + Thrower.class.getName();
        assertThat(log.messages(a)).containsOnlyOnce(message);
        assertThat(log.thrown(a, message)).isInstanceOf(AssertionError.class);
        assertThat(a.device.failure()).isEmpty();
    }

    /// Fails whatever it is told.
    private static final class Thrower implements DeviceListener {
        @Override
        public void event(DeviceEvent event) {
            throw new AssertionError("a bug");
        }

        @Override
        public void dropped(DropReason reason, PeerIdentity peer, int count, DroppedPacket packet) {
            throw new AssertionError("a bug");
        }

        @Override
        public void keepaliveReceived(PeerIdentity peer) {
            throw new AssertionError("a bug");
        }

        @Override
        public void sendRefused(PeerIdentity peer, Endpoint to, SendException cause) {
            throw new AssertionError("a bug");
        }
    }

    @Test
    void dropsAreCountedForEachPeerUntilItIsRemoved() {
        Map<PeerIdentity, Integer> counted = new ConcurrentHashMap<>();
        start(
                new DeviceListener() {
                    @Override
                    public void dropped(
                            DropReason reason, PeerIdentity peer, int count, DroppedPacket packet) {
                        if (peer != null) counted.merge(peer, count, Integer::sum);
                    }
                });
        connect();
        b.tun.send(IpPackets.packet("10.0.0.3", "10.0.0.1", "spoofed"));
        b.tun.send(IpPackets.packet("10.0.0.4", "10.0.0.1", "spoofed"));
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody"));
        a.awaitDrops(DropReason.UNALLOWED_SOURCE, 2);
        a.awaitDrops(DropReason.NO_ROUTE, 1);
        Await.until("both", () -> List.copyOf(counted.values()).equals(List.of(2)));
        Map<DropReason, Long> ofPeer = a.device.drops(b.key).orElseThrow();
        assertThat(ofPeer).containsEntry(DropReason.UNALLOWED_SOURCE, 2L);
        assertThat(ofPeer).containsEntry(DropReason.NO_ROUTE, 0L);
        assertThat(a.device.drops(a.key)).isEmpty();
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.removal(b.key)));
        assertThat(a.device.drops(b.key)).isEmpty();
        a.add(b, "10.0.0.2/32");
        assertThat(a.device.drops(b.key).orElseThrow().values()).containsOnly(0L);
    }

    @Test
    void aDeviceHasAtMost16Listeners() {
        start(heard);
        DeviceBuilder builder = Device.builder();
        for (int i = 0; i < 16; i++) builder.listener(heard);
        assertThatThrownBy(() -> builder.listener(heard)).isInstanceOf(IllegalStateException.class);
    }
}
