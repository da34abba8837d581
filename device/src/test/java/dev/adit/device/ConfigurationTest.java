package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerStatus;
import dev.adit.device.config.PeerUpdate;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeBind;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// What updates change, and what they leave.
class ConfigurationTest {
    private final FakeNet net = new FakeNet();
    private final DeviceFixture a = DeviceFixture.start(net, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, "192.0.2.2");

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        exchange("first");
    }

    /// Sends a packet from a to b, and one back.
    private void exchange(String text) {
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", text));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo(text);
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", text));
        assertThat(IpPackets.text(a.tun.receive())).isEqualTo(text);
    }

    // ---- the device

    @Test
    void theStatusHasAllThatIsNoSecret() {
        PresharedKey psk = Keys.presharedKey();
        a.configure(
                DeviceUpdate.builder()
                        .privateKey(a.privateKey)
                        .peer(PeerUpdate.of(b.key).presharedKey(psk).allow("10.0.0.2/32"))
                        .peer(PeerUpdate.of(Keys.publicKey(Keys.privateKey()))));
        DeviceConfiguration configuration = a.configuration();
        DeviceStatus status = a.device.status();
        assertThat(status).isEqualTo(configuration.status());
        assertThat(status.publicKey()).isEqualTo(a.key);
        assertThat(status.peers())
                .extracting(PeerStatus::hasPresharedKey)
                .containsExactly(true, false);
        assertThat(status.toString())
                .doesNotContain(new String(psk.toBase64(), StandardCharsets.US_ASCII))
                .doesNotContain("PresharedKey[", "PrivateKey[");
        configuration.erase();
    }

    @Test
    void tellsWhatItWasSetTo() {
        PresharedKey psk = Keys.presharedKey();
        PublicKey other = Keys.publicKey(Keys.privateKey());
        a.configure(
                DeviceUpdate.builder()
                        .fwmark(0xcafe)
                        .peer(
                                PeerUpdate.of(b.key)
                                        .presharedKey(psk)
                                        .endpoint(b.endpoint())
                                        .persistentKeepalive(0)
                                        .allow("10.0.0.2/24", "fd00::2/64"))
                        .peer(PeerUpdate.of(other)));
        DeviceConfiguration status = a.configuration();
        assertThat(status.privateKey()).isEqualTo(a.privateKey);
        assertThat(status.listenPort()).isEqualTo(DeviceFixture.PORT);
        assertThat(status.fwmark()).isEqualTo(0xcafe);
        assertThat(status.peers())
                .extracting(PeerConfiguration::publicKey)
                .containsExactly(b.key, other);
        assertThat(status.peers().getFirst())
                .isEqualTo(
                        new PeerConfiguration(
                                b.key,
                                psk,
                                b.endpoint(),
                                Instant.EPOCH,
                                0,
                                0,
                                0,
                                prefixes("10.0.0.0/24", "fd00::/64")));
        assertThat(status.peers().getLast())
                .isEqualTo(
                        new PeerConfiguration(
                                other,
                                PresharedKey.none(),
                                null,
                                Instant.EPOCH,
                                0,
                                0,
                                0,
                                List.of()));
    }

    @Test
    void givesCopiesOfItsKeys() {
        connect();
        a.configuration().erase();
        assertThat(a.configuration().privateKey()).isEqualTo(a.privateKey);
    }

    @Test
    void keepsItsOwnCopyOfAKey() {
        PrivateKey key = Keys.privateKey();
        PrivateKey copy = key.copy();
        a.configure(DeviceUpdate.builder().privateKey(key));
        key.erase();
        assertThat(a.configuration().privateKey()).isEqualTo(copy);
    }

    @Test
    void passesTheMarkOn() {
        connect();
        DatagramRecorder wire = net.record();
        a.configure(DeviceUpdate.builder().fwmark(0x51820));
        exchange("marked");
        assertThat(wire.all(d -> d.from().equals(a.endpoint())))
                .allMatch(d -> d.fwmark() == 0x51820);
        a.tun.down();
        a.tun.up();
        assertThat(a.host.bind().fwmark()).isEqualTo(0x51820);
        a.configure(DeviceUpdate.builder().fwmark(0));
        assertThat(a.host.bind().fwmark()).isZero();
    }

    @Test
    void leavesEverythingWhenTheMarkIsRefused() {
        connect();
        a.host.refuseMarks();
        FakeBind bind = a.host.bind();
        assertThatThrownBy(() -> a.device.configure(changeOfEverything().fwmark(7).build()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EPERM");
        assertUnchanged(bind);
    }

    @Test
    void leavesEverythingWhenTheMarkIsRefusedWithAnotherPort() {
        connect();
        a.host.refuseMarks();
        FakeBind bind = a.host.bind();
        DeviceUpdate.Builder change = changeOfEverything().fwmark(7).listenPort(4000);
        assertThatThrownBy(() -> a.device.configure(change.build()))
                .isInstanceOf(ErrnoException.class);
        assertUnchanged(bind);
    }

    @Test
    void leavesEverythingWhenThePortIsTaken() throws IOException {
        connect();
        FakeBind bind = a.host.bind();
        try (FakeBind other = a.host.open(4000, 0)) {
            assertThatThrownBy(
                            () -> a.device.configure(changeOfEverything().listenPort(4000).build()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EADDRINUSE");
            assertThat(other.isClosed()).isFalse();
        }
        assertUnchanged(bind);
    }

    private DeviceUpdate.Builder changeOfEverything() {
        return DeviceUpdate.builder()
                .privateKey(Keys.privateKey())
                .replacePeers()
                .peer(PeerUpdate.of(Keys.publicKey(Keys.privateKey())).allow("10.0.0.0/8"));
    }

    private void assertUnchanged(FakeBind bind) {
        DeviceConfiguration status = a.configuration();
        assertThat(status.privateKey()).isEqualTo(a.privateKey);
        assertThat(status.listenPort()).isEqualTo(DeviceFixture.PORT);
        assertThat(status.fwmark()).isZero();
        assertThat(status.peers()).extracting(PeerConfiguration::publicKey).containsExactly(b.key);
        assertThat(a.host.bind()).isSameAs(bind);
        assertThat(bind.fwmark()).isZero();
        DatagramRecorder wire = net.record();
        exchange("unchanged");
        assertThat(wire.all(d -> d.type() == Message.INITIATION)).isEmpty();
    }

    @Test
    void changesThePortAndGoesOn() {
        connect();
        FakeBind old = a.host.bind();
        a.configure(DeviceUpdate.builder().listenPort(4000));
        assertThat(old.isClosed()).isTrue();
        assertThat(a.host.bind().port()).isEqualTo(4000);
        assertThat(a.configuration().listenPort()).isEqualTo(4000);
        exchange("at the new port");
    }

    @Test
    void picksANewPortWheneverItIsZero() {
        connect();
        a.configure(DeviceUpdate.builder().listenPort(0));
        int first = a.configuration().listenPort();
        a.configure(DeviceUpdate.builder().listenPort(0));
        int second = a.configuration().listenPort();
        assertThat(first).isNotIn(0, DeviceFixture.PORT);
        assertThat(second).isNotIn(0, DeviceFixture.PORT, first);
        assertThat(a.host.bind().port()).isEqualTo(second);
        exchange("at a new port");
    }

    @Test
    void leavesTheSocketWhenThePortStaysTheSame() {
        FakeBind bind = a.host.bind();
        a.configure(DeviceUpdate.builder().listenPort(DeviceFixture.PORT));
        assertThat(a.host.bind()).isSameAs(bind);
    }

    @Test
    void losesNothingUncountedWhileThePortChanges() {
        connect();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 20; i++)
                a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "p" + i));
            a.configure(DeviceUpdate.builder().listenPort(5000 + round));
        }
        // A send may meet the socket that was just closed.
        Await.until(
                "every packet to be delivered or counted",
                () -> b.tun.delivered() + a.drops(DropReason.SEND_FAILED) == 400);
    }

    @Test
    void stopsSendingWithOldSessionsWhenThePrivateKeyChanges() {
        connect();
        DatagramRecorder wire = net.record();
        a.configure(DeviceUpdate.builder().privateKey(Keys.privateKey()));
        assertThat(a.configuration().peers()).hasSize(1);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        wire.await("initiation", d -> d.type() == Message.INITIATION);
        b.awaitDrops(DropReason.UNKNOWN_PEER, 1);
        // What the peer still sends with the old session is accepted.
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "under the old key"));
        assertThat(IpPackets.text(a.tun.receive())).isEqualTo("under the old key");
    }

    @Test
    void removesThePrivateKeyWhenItIsZero() {
        connect();
        a.configure(DeviceUpdate.builder().privateKey(new PrivateKey(zeros())));
        assertThat(a.configuration().privateKey()).isNull();
    }

    private static MemorySegment zeros() {
        return MemorySegment.ofArray(new byte[32]);
    }

    // ---- peers

    @Test
    void ignoresItsOwnKeyAsAPeer() {
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).allow("10.0.0.0/8")));
        assertThat(a.configuration().peers()).isEmpty();
    }

    @Test
    void ignoresItsOwnKeyAsAPeerWhenBothComeInOneUpdate() {
        PrivateKey key = Keys.privateKey();
        PublicKey own = Keys.publicKey(key);
        a.configure(
                DeviceUpdate.builder()
                        .privateKey(key)
                        .peer(PeerUpdate.of(own))
                        .peer(PeerUpdate.of(b.key)));
        assertThat(a.configuration().peers())
                .extracting(PeerConfiguration::publicKey)
                .containsExactly(b.key);
    }

    @Test
    void removesThePeerThatHasItsNewKey() {
        connect();
        a.configure(DeviceUpdate.builder().privateKey(b.privateKey));
        assertThat(a.configuration().peers()).isEmpty();
    }

    @Test
    void replacesPeers() {
        connect();
        PublicKey other = Keys.publicKey(Keys.privateKey());
        a.configure(DeviceUpdate.builder().replacePeers().peer(PeerUpdate.of(other)));
        assertThat(a.configuration().peers())
                .extracting(PeerConfiguration::publicKey)
                .containsExactly(other);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "to nobody"));
        a.awaitDrops(DropReason.NO_ROUTE, 1);
    }

    @Test
    void forgetsTheSessionOfAPeerThatIsReplacedByItself() {
        connect();
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).remove()));
        b.add(a, "10.0.0.1/32");
        assertThat(b.peer(a).lastHandshake()).isEqualTo(Instant.EPOCH);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "under the old session"));
        b.awaitDrops(DropReason.UNKNOWN_INDEX, 1);
    }

    @Test
    void removesAPeer() {
        connect();
        a.configure(
                DeviceUpdate.builder().peer(PeerUpdate.of(b.key).remove().allow("10.0.0.9/32")));
        assertThat(a.configuration().peers()).isEmpty();
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "to nobody"));
        a.awaitDrops(DropReason.UNKNOWN_INDEX, 1);
    }

    @Test
    void takesTheRemovalOfAnUnknownPeerAsDone() {
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).remove()));
        assertThat(a.configuration().peers()).isEmpty();
    }

    @Test
    void updatesOnlyPeersThatAreThere() {
        PublicKey unknown = Keys.publicKey(Keys.privateKey());
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key)));
        a.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(unknown).updateOnly().allow("10.0.0.9/32"))
                        .peer(PeerUpdate.of(b.key).updateOnly().allow("10.0.0.2/32")));
        assertThat(a.configuration().peers())
                .extracting(PeerConfiguration::publicKey)
                .containsExactly(b.key);
        assertThat(a.peer(b).allowedIps()).isEqualTo(prefixes("10.0.0.2/32"));
    }

    @Test
    void movesAllowedIpsFromPeerToPeer() {
        PublicKey other = Keys.publicKey(Keys.privateKey());
        connect();
        a.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(b.key).allow("10.0.1.0/24", "10.0.2.0/24")));
        a.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(other).allow("10.0.1.0/24", "10.0.0.2/32")));
        assertThat(a.peer(b).allowedIps()).isEqualTo(prefixes("10.0.2.0/24"));
        assertThat(a.peer(other).allowedIps()).isEqualTo(prefixes("10.0.1.0/24", "10.0.0.2/32"));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "not mine any more"));
        a.awaitDrops(DropReason.UNALLOWED_SOURCE, 1);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "no endpoint"));
        a.awaitDrops(DropReason.NO_ENDPOINT, 1);
    }

    @Test
    void replacesAndRemovesAllowedIps() {
        a.add(b, "10.0.1.0/24", "10.0.2.0/24", "fd00::/64");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).disallow("10.0.1.0/24")));
        assertThat(a.peer(b).allowedIps()).isEqualTo(prefixes("10.0.2.0/24", "fd00::/64"));
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).disallow("10.0.2.0/25")));
        assertThat(a.peer(b).allowedIps()).isEqualTo(prefixes("10.0.2.0/24", "fd00::/64"));
        a.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(b.key).replaceAllowedIps().allow("10.0.3.0/24")));
        assertThat(a.peer(b).allowedIps()).isEqualTo(prefixes("10.0.3.0/24"));
    }

    @Test
    void appliesChangesToTheSamePeerInOrder() {
        a.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(b.key).allow("10.0.1.0/24"))
                        .peer(PeerUpdate.of(b.key).remove())
                        .peer(PeerUpdate.of(b.key).allow("10.0.2.0/24")));
        assertThat(a.peer(b).allowedIps()).isEqualTo(prefixes("10.0.2.0/24"));
    }

    @Test
    void shakesHandsOnlyWithTheSamePresharedKey() {
        PresharedKey psk = Keys.presharedKey();
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).presharedKey(psk)));
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        a.awaitDrops(DropReason.INVALID_RESPONSE, 1);
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).remove()));
        a.add(b, "10.0.0.2/32");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).presharedKey(psk)));
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).remove()));
        b.add(a, "10.0.0.1/32");
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).presharedKey(psk)));
        exchange("with a preshared key");
        assertThat(a.peer(b).presharedKey()).isEqualTo(psk);
    }

    @Test
    void keepsTheSessionWhenThePresharedKeyChanges() {
        connect();
        DatagramRecorder wire = net.record();
        a.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(b.key).presharedKey(Keys.presharedKey())));
        exchange("under the old session");
        assertThat(wire.all(d -> d.type() == Message.INITIATION)).isEmpty();
    }

    @Test
    void sendsAtOnceWhenPersistentKeepaliveIsTurnedOn() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).persistentKeepalive(25)));
        Await.until("a handshake", () -> !b.peer(a).lastHandshake().equals(Instant.EPOCH));
        assertThat(a.peer(b).persistentKeepalive()).isEqualTo(25);
        assertThat(b.peer(a).persistentKeepalive()).isZero();
    }

    @Test
    void sendsPersistentKeepalivesWhenItGoesUp() {
        b.add(a, "10.0.0.1/32");
        a.tun.down();
        a.add(b, "10.0.0.2/32");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).persistentKeepalive(25)));
        DatagramRecorder wire = net.record();
        a.tun.up();
        wire.await("initiation", d -> d.type() == Message.INITIATION);
    }

    @Test
    void sendsWhatIsStagedOnceAPeerIsWhole() {
        // No key yet: the packet waits.
        a.configure(DeviceUpdate.builder().privateKey(new PrivateKey(zeros())));
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "after it"));
        a.awaitDrops(DropReason.NO_ROUTE, 1);
        a.configure(DeviceUpdate.builder().privateKey(a.privateKey).peer(PeerUpdate.of(b.key)));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("staged");
    }

    private static List<IpPrefix> prefixes(String... texts) {
        return List.of(texts).stream().map(t -> IpPrefix.parse(t).orElseThrow()).toList();
    }

    @Test
    void keepsDescriptionsAsLongAsTheirPeers() {
        PublicKey key = Keys.publicKey(Keys.privateKey());
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(key).description("B")));
        assertThat(a.device.notes().description(key)).contains("B");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(key).persistentKeepalive(1)));
        assertThat(a.device.notes().description(key)).contains("B");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(key).description("")));
        assertThat(a.device.notes().description(key)).isEmpty();
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(key).description("C")));
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(key).remove()));
        assertThat(a.device.notes().peers()).isEmpty();
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(key)));
        assertThat(a.device.notes().description(key)).isEmpty();
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(key).description("D")));
        a.configure(DeviceUpdate.builder().replacePeers().peer(PeerUpdate.of(key)));
        assertThat(a.device.notes().description(key)).isEmpty();
    }

    @Test
    void givesNoNumberToTwoPeers() {
        PublicKey first = Keys.publicKey(Keys.privateKey());
        PublicKey second = Keys.publicKey(Keys.privateKey());
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(first)).peer(PeerUpdate.of(second)));
        assertThat(a.device.notes().peers().get(first).number()).isEqualTo(1);
        assertThat(a.device.notes().peers().get(second).number()).isEqualTo(2);
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(second).remove()));
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(second)));
        assertThat(a.device.notes().peers().get(second).number()).isEqualTo(3);
    }
}
