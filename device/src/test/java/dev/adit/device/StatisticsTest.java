package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.SendFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/// What is counted for a peer: the UDP payload of everything that went to it, and of everything
/// authentic that came from it.
class StatisticsTest {
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final DeviceFixture a = DeviceFixture.start(net, clock, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, clock, "192.0.2.2");

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
    }

    private static void await(DeviceFixture site, DeviceFixture other, long received, long sent) {
        Await.until(
                received + " B received, " + sent + " B sent at " + site.tun.name(),
                () -> {
                    PeerConfiguration peer = site.peer(other);
                    return peer.receivedBytes() == received && peer.sentBytes() == sent;
                });
    }

    @Test
    void countsAHandshakeWithoutTraffic() {
        connect();
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).persistentKeepalive(25)));
        await(a, b, 92, 180);
        await(b, a, 180, 92);
    }

    @Test
    void countsDataWithItsPaddingAndOverhead() {
        connect();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", 21));
        b.tun.receive();
        await(a, b, 92, 148 + 64);
        await(b, a, 148 + 64, 92);
        b.tun.send(
                IpPackets.packet("10.0.0.2", "10.0.0.1", 1420),
                IpPackets.packet("10.0.0.2", "10.0.0.1", 32));
        a.tun.receive(2);
        await(a, b, 92 + 1452 + 64, 148 + 64);
        await(b, a, 148 + 64, 92 + 1452 + 64);
    }

    @Test
    void countsPiecesOfSuperPackets() {
        connect();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", 100));
        b.tun.receive();
        b.host.merge(true);
        byte[][] packets = new byte[50][];
        Arrays.fill(packets, IpPackets.packet("10.0.0.1", "10.0.0.2", 100));
        a.tun.send(packets);
        b.tun.receive(50);
        await(a, b, 92, 148 + 51 * 144);
        await(b, a, 148 + 51 * 144, 92);
    }

    @Test
    void doesNotCountWhatFailsTheInnerChecks() {
        connect();
        a.tun.send(IpPackets.packet("10.0.0.66", "10.0.0.2", "spoofed"));
        b.awaitDrops(DropReason.UNALLOWED_SOURCE, 1);
        await(b, a, 148, 92);
        await(a, b, 92, 148 + 64);
    }

    @Test
    void doesNotCountWhatTheSocketRefuses() {
        connect();
        a.host.onSend(
                (packets, i, to) -> {
                    throw SendFault.unreachable(i);
                });
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        a.awaitDrops(DropReason.SEND_FAILED, 1);
        await(a, b, 0, 0);
    }

    @Test
    void doesNotCountWhatDoesNotAuthenticate() {
        ManualPeer peer = new ManualPeer(net.host("192.0.2.9"), 4000, a);
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).allow("10.0.0.9/32")));
        peer.shakeHands();
        Await.until("a session", () -> a.peer(peer.key).receivedBytes() == 148 + 32);
        byte[] data = peer.seal(IpPackets.packet("10.0.0.9", "10.0.0.1", "replayed"));
        peer.send(data);
        a.tun.receive();
        long before = a.peer(peer.key).receivedBytes();
        peer.send(data);
        byte[] forged = peer.seal(new byte[0]);
        forged[16] ^= 1;
        peer.send(forged);
        a.awaitDrops(DropReason.REPLAYED, 1);
        a.awaitDrops(DropReason.NOT_AUTHENTIC, 1);
        assertThat(a.peer(peer.key).receivedBytes()).isEqualTo(before);
        peer.close();
    }

    @Test
    void keepsCountingOverDownAndUp() {
        connect();
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).persistentKeepalive(25)));
        await(a, b, 92, 180);
        await(b, a, 180, 92);
        a.tun.down();
        clock.advance(Duration.ofSeconds(1));
        a.tun.up();
        await(a, b, 184, 360);
        await(b, a, 360, 184);
    }

    @Test
    void tellsWhenAHandshakeWasCompleted() {
        connect();
        assertThat(a.peer(b).lastHandshake()).isEqualTo(Instant.EPOCH);
        clock.advance(Duration.ofSeconds(77));
        Instant now = clock.instant();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
        assertThat(a.peer(b).lastHandshake()).isEqualTo(now);
        assertThat(b.peer(a).lastHandshake()).isEqualTo(now);
        clock.advance(Duration.ofSeconds(7));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "later"));
        a.tun.receive();
        assertThat(b.peer(a).lastHandshake()).isEqualTo(now);
    }

    @Test
    void takesAHandshakeAsCompleteAtTheResponderOnceItIsConfirmed() {
        ManualPeer peer = new ManualPeer(net.host("192.0.2.9"), 4000, a);
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(peer.key)));
        peer.send(peer.initiation());
        byte[] response = peer.receive();
        assertThat(a.peer(peer.key).lastHandshake()).isEqualTo(Instant.EPOCH);
        peer.consume(response);
        peer.send(peer.seal(new byte[0]));
        Await.until(
                "the handshake to be complete",
                () -> a.peer(peer.key).lastHandshake().equals(clock.instant()));
        peer.close();
    }
}
