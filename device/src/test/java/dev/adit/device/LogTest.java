package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeBind;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.FakeNetSocket;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;
import dev.adit.testkit.SendFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;

/// What is logged, in the words of the manuals.
class LogTest {
    private final LogCapture log = LogCapture.open();
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final DeviceFixture a = DeviceFixture.start(net, clock, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, clock, "192.0.2.2");
    private final ManualPeer peer = new ManualPeer(net.host("192.0.2.9"), 4000, a);

    @AfterEach
    void close() {
        a.close();
        b.close();
        peer.close();
        log.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
    }

    private void addPeer() {
        a.configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(peer.key)
                                        .endpoint(peer.endpoint)
                                        .allow("10.0.0.9/32")));
    }

    @Test
    void tellsOfAHandshakeOnBothSides() {
        connect();
        log.await(a, "Sending handshake initiation to peer 1");
        log.await(b, "Receiving handshake initiation from peer 1");
        log.await(b, "Sending handshake response to peer 1");
        log.await(a, "Receiving handshake response from peer 1");
        log.await(a, m -> m.matches("Keypair \\d+ created for peer 1"));
        log.await(b, m -> m.matches("Keypair \\d+ created for peer 1"));
    }

    @Test
    void tellsOfChanges() {
        assertThat(log.messages(a))
                .contains("Updating private key", "Interface up requested")
                .contains("UDP bind has been updated, port " + DeviceFixture.PORT)
                .contains("Interface created");
        a.configure(DeviceUpdate.builder().fwmark(1).peer(PeerUpdate.of(b.key)));
        assertThat(log.messages(a)).contains("Updating fwmark", "Peer 1 created: " + b.key);
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).remove()));
        assertThat(log.messages(a)).contains("Peer 1 destroyed");
        a.configure(DeviceUpdate.builder().replacePeers());
        assertThat(log.messages(a)).contains("Removing all peers");
        a.tun.mtu(1280);
        assertThat(log.messages(a)).contains("MTU updated: 1280");
        a.tun.down();
        assertThat(log.messages(a)).contains("Interface down requested");
        a.device.close();
        assertThat(log.messages(a)).endsWith("Destroyed interface");
    }

    @Test
    void tellsOfRemoval() throws InterruptedException {
        a.tun.remove();
        a.device.awaitClose();
        assertThat(log.messages(a)).containsOnlyOnce("Interface removed");
        assertThat(log.messages(a, Level.SEVERE)).isEmpty();
    }

    @Test
    void callsAPortThatIsTakenAnError() throws IOException {
        a.tun.down();
        try (FakeBind other = a.host.open(DeviceFixture.PORT, 0)) {
            a.tun.up();
            assertThat(other.isClosed()).isFalse();
        }
        assertThat(log.messages(a, Level.SEVERE))
                .containsExactly(
                        "Unable to initialize sockets: bind: EADDRINUSE: Address already in use");
    }

    @Test
    void callsABugAnError() throws InterruptedException {
        a.tun.onRead(
                () -> {
                    throw new IllegalStateException("a bug");
                });
        a.device.awaitClose();
        assertThat(log.messages(a, Level.SEVERE)).containsExactly("Device failed");
    }

    @Test
    void tellsOfRetriesAndOfGivingUp() {
        addPeer();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to a deaf one"));
        for (int attempt = 0; attempt < 20; attempt++) {
            peer.receive();
            clock.advance(Duration.ofMillis(5334));
            int next = attempt + 2;
            log.await(
                    a,
                    attempt < 19
                            ? "Handshake for peer 1 did not complete after 5 seconds, retrying (try %d)"
                                    .formatted(next)
                            : "Handshake for peer 1 did not complete after 20 retries, giving up");
        }
    }

    @Test
    void tellsThatItStoppedHearing() {
        addPeer();
        peer.shakeHands();
        Await.until("a session", () -> a.peer(peer.key).receivedBytes() == 148 + 32);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to a deaf one"));
        peer.receive();
        clock.advance(Duration.ofMillis(15_334));
        log.await(
                a,
                "Retrying handshake with peer 1 because we stopped hearing back after 15 seconds");
    }

    @Test
    void tellsThatKeysWereErased() {
        addPeer();
        peer.shakeHands();
        Await.until("a session", () -> a.peer(peer.key).receivedBytes() == 148 + 32);
        clock.advance(Duration.ofSeconds(540));
        log.await(
                a,
                "Zeroing out keys for peer 1, since we haven't received a new one in 540 seconds");
    }

    @Test
    void tellsOfRefusedHandshakesAtDebugLevelOnly() {
        int inform = log.messages(a, Level.INFO).size();
        byte[] initiation = peer.initiation();
        peer.send(initiation);
        log.await(
                a,
                m ->
                        m.startsWith("Invalid handshake initiation from 192.0.2.9:4000")
                                && m.endsWith(DropReason.UNKNOWN_PEER.text()));
        initiation[116] ^= 1;
        peer.send(initiation);
        log.await(a, m -> m.startsWith("Invalid initiation MAC from 192.0.2.9:4000"));
        addPeer();
        initiation[116] ^= 1;
        peer.send(initiation);
        log.await(a, "Receiving handshake initiation from peer 1");
        peer.send(initiation);
        log.await(a, m -> m.endsWith(DropReason.REPLAYED_INITIATION.text()));
        assertThat(log.messages(a, Level.SEVERE)).isEmpty();
        assertThat(log.messages(a, Level.WARNING)).isEmpty();
        assertThat(log.messages(a, Level.INFO)).hasSize(inform);
    }

    @Test
    void tellsWhyDataIsDropped() {
        connect();
        String nobody = "No peer has allowed IPs matching ";
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.77", "to nobody"));
        log.await(a, nobody + "10.0.0.77");
        nextReport();
        a.tun.send(IpPackets.packet("fd00::1", "fd00::77", "to nobody"));
        log.await(a, nobody + "fd00::77");
        nextReport();
        PublicKey silent = Keys.publicKey(Keys.privateKey());
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(silent).allow("10.0.0.78/32")));
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.78", "where?"));
        log.await(a, "No valid endpoint has been configured or discovered for peer 2");
        nextReport();
        b.tun.send(IpPackets.packet("10.0.0.66", "10.0.0.1", "spoofed"));
        log.await(a, "Packet has unallowed src IP from peer 1: 10.0.0.66");
        nextReport();
        a.host.onSend(
                (packets, i, to) -> {
                    throw SendFault.unreachable(i);
                });
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "no route"));
        log.await(
                a,
                "Unable to send packet to 192.0.2.2:51820: sendmsg: ENETUNREACH: Network is"
                        + " unreachable");
    }

    @Test
    void tellsOfDroppedDataOnceASecondAtMost() {
        for (int i = 0; i < 100; i++)
            a.tun.send(IpPackets.packet("10.0.0.1", "10.0.1." + i, "to nobody"));
        a.awaitDrops(DropReason.NO_ROUTE, 100);
        assertThat(nobodies()).hasSize(1);
        nextReport();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.2.1", "to nobody"));
        a.awaitDrops(DropReason.NO_ROUTE, 101);
        assertThat(nobodies()).hasSize(2);
    }

    private List<String> nobodies() {
        return log.messages(a).stream().filter(m -> m.startsWith("No peer has")).toList();
    }

    @Test
    void isSwitchedOnAndOffAtRunTime() {
        a.configure(DeviceUpdate.builder().debug(false));
        assertThat(a.device.notes().debug()).isFalse();
        int before = log.messages(a).size();
        a.configure(DeviceUpdate.builder().fwmark(7).peer(PeerUpdate.of(b.key)));
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.9.9", "to nobody"));
        a.awaitDrops(DropReason.NO_ROUTE, 1);
        assertThat(log.messages(a)).hasSize(before);
        a.configure(DeviceUpdate.builder().debug(true));
        assertThat(a.device.notes().debug()).isTrue();
        assertThat(log.messages(a)).endsWith("Peer 1 is " + b.key);
        nextReport();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.9.9", "to nobody"));
        log.await(a, "No peer has allowed IPs matching 10.0.9.9");
    }

    @Test
    void saysWhatWasAskedForWhereDebugMessagesAreLeftOut() {
        log.leaveOutDebugMessages();
        int before = log.messages(a).size();
        a.configure(DeviceUpdate.builder().fwmark(7));
        assertThat(a.device.notes().debug()).isFalse();
        assertThat(log.messages(a)).hasSize(before);
        a.configure(DeviceUpdate.builder().debug(true));
        a.configure(DeviceUpdate.builder().fwmark(8));
        assertThat(log.asked(a)).containsExactly("Updating fwmark");
        a.configure(DeviceUpdate.builder().debug(false).fwmark(9));
        a.configure(DeviceUpdate.builder().fwmark(10));
        assertThat(log.asked(a)).hasSize(2);
    }

    @Test
    void informsOfUpAndDownOfSessionsAndOfEndpointsThatMove() {
        log.leaveOutDebugMessages();
        int before = log.messages(a).size();
        addPeer();
        peer.shakeHands();
        String who = "peer 1 (" + peer.key + ")";
        log.await(a, "Session with " + who + " established, at 192.0.2.9:4000");
        byte[] packet = IpPackets.packet("10.0.0.9", "10.0.0.1", "one of many");
        for (int i = 0; i < 20; i++) peer.send(peer.seal(packet));
        a.tun.receive(20);
        try (FakeNetSocket elsewhere = net.host("192.0.2.10").socket(4001)) {
            elsewhere.send(a.endpoint(), peer.seal(packet));
            a.tun.receive();
        }
        log.await(a, "Endpoint of " + who + " moved from 192.0.2.9:4000 to 192.0.2.10:4001");
        a.tun.down();
        List<String> all = log.messages(a);
        assertThat(all.subList(before, all.size()))
                .containsExactly(
                        "Session with " + who + " established, at 192.0.2.9:4000",
                        "Endpoint of " + who + " moved from 192.0.2.9:4000 to 192.0.2.10:4001",
                        "Interface down requested");
    }

    @Test
    void informsOfAPeerThatStopsAnsweringOnce() {
        log.leaveOutDebugMessages();
        addPeer();
        peer.shakeHands();
        Await.until("a session", () -> a.peer(peer.key).receivedBytes() == 148 + 32);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to a deaf one"));
        peer.receive();
        clock.advance(Duration.ofMillis(15_334));
        String lost = "Lost peer 1 (" + peer.key + "), which does not answer for 15 seconds";
        log.await(a, lost);
        clock.advance(Duration.ofSeconds(540));
        assertThat(log.messages(a)).containsOnlyOnce(lost).noneMatch(m -> m.contains("no session"));
    }

    @Test
    void tellsOfAStrangersMessagesTenTimesASecondAtMost() {
        byte[] initiation = peer.initiation();
        for (int i = 0; i < 50; i++) peer.send(initiation);
        a.awaitDrops(DropReason.UNKNOWN_PEER, 50);
        log.await(a, m -> m.startsWith("Invalid handshake initiation"));
        assertThat(strangers()).isEqualTo(10);
        nextReport();
        peer.send(initiation);
        a.awaitDrops(DropReason.UNKNOWN_PEER, 51);
        Await.until("another message", () -> strangers() == 11);
    }

    private long strangers() {
        return log.messages(a).stream()
                .filter(m -> m.startsWith("Invalid handshake initiation"))
                .count();
    }

    @Test
    void tellsOfKeepalives() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).persistentKeepalive(25)));
        log.await(a, "Sending keepalive packet to peer 1");
        log.await(b, "Receiving keepalive packet from peer 1");
    }

    private void nextReport() {
        clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void neverTellsAKey() {
        connect();
        addPeer();
        peer.shakeHands();
        a.configure(
                DeviceUpdate.builder()
                        .privateKey(a.privateKey)
                        .peer(PeerUpdate.of(b.key).presharedKey(Keys.presharedKey())));
        byte[] secret = new byte[44];
        a.privateKey.toBase64(secret, 0);
        String text = new String(secret, StandardCharsets.ISO_8859_1);
        assertThat(log.messages(a)).noneMatch(m -> m.contains(text.substring(0, 8)));
    }
}
