package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;
import static dev.adit.protocol.sim.Scenario.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.ScriptedPeer;
import dev.adit.protocol.sim.SimNetwork;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.protocol.sim.Timeline;
import dev.adit.testing.Packets;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Reference §8.10: what changes while the interface runs.
class ConfigurationTest {

    private static Timeline responded() {
        Timeline t = new Timeline(1);
        return t.at(0).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
    }

    // Down and up

    @Test
    void downErasesSessionsAndStopsTimers() {
        Timeline t = responded();
        t.sends().expects(DATA).receives(DATA);
        byte[] late = t.them().data();
        t.then(t.us()::down);
        assertThat(t.us().tunnel().indicesInUse()).isZero();
        t.silentUntil(1000).then(t.us()::up).receives(late).expectsNothing();
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
        t.sends().expects(INITIATION);
    }

    @Test
    void aHandshakeMayBeginAtOnceAfterUp() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        t.at(1).then(t.us()::down).then(t.us()::up).expectsNothing();
        t.sends().expects(INITIATION);
    }

    @Test
    void downDropsWhatIsStaged() {
        Timeline t = new Timeline(1);
        t.at(0).sends().sends().sends().expects(INITIATION);
        assertThat(t.us().tunnel().down()).isEqualTo(3);
        assertThat(t.them().peer().hasStaged()).isFalse();
        t.us().up();
        t.at(1).expectsNothing().sends().expects(INITIATION).receives(RESPONSE);
        t.expects(DATA).expectsNothing();
    }

    @Test
    void whatIsStagedBeforeUpIsSentThen() {
        Timeline t = new Timeline(1);
        t.us().down();
        t.sends().silentUntil(100);
        t.then(t.us()::up).expects(INITIATION).receives(RESPONSE).expects(DATA);
    }

    @Test
    void aResponseThatArrivesAfterDownFindsNobody() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] response = t.them().response(t.them().last(INITIATION));
        t.then(t.us()::down).then(t.us()::up).receives(response).expectsNothing();
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
    }

    /// The device's queue may still hold one when the interface goes down.
    @Test
    void anInitiationThatIsReadWhileDownChangesNothing() {
        Timeline t = new Timeline(1);
        t.us().tunnel().down();
        byte[] initiation = t.them().initiation();
        t.receives(initiation).expectsNothing();
        assertThat(t.us().dropped(DropReason.INTERFACE_DOWN)).isEqualTo(1);
        assertThat(t.us().tunnel().indicesInUse()).isZero();
        assertThat(t.them().peer().stats().receivedBytes()).isZero();
        t.us().tunnel().up(t.us().wants());
        t.receives(initiation).expects(RESPONSE);
    }

    @Test
    void upAndDownMayBeRepeated() {
        scenarios(
                3,
                s -> {
                    s.established();
                    for (int i = 0; i < 20; i++) {
                        (i % 3 == 0 ? s.bob : s.alice).down();
                        s.network.run(i * PaperConstants.SECOND);
                        (i % 3 == 0 ? s.bob : s.alice).up();
                        s.alice.up();
                        // The side that stayed up finds out when nothing is answered.
                        s.alice.send(s.bob);
                        s.bob.send(s.alice);
                        s.network.run(30 * PaperConstants.SECOND);
                        assertThat(s.arrives(s.alice, s.bob)).isTrue();
                        assertThat(s.arrives(s.bob, s.alice)).isTrue();
                    }
                });
    }

    // The private key, whose change Linux defines and the paper does not

    @Test
    void aNewPrivateKeyKeepsPeersAndEndsSending() {
        Timeline t = responded();
        Peer peer = t.them().peer();
        t.us().newKey();
        assertThat(t.us().tunnel().peers()).containsExactly(peer);
        t.receives(DATA);
        assertThat(t.us().delivered()).hasSize(1);
        t.at(1).sends().expects(INITIATION);
    }

    @Test
    void aHandshakeWithTheNewKeyBringsTheTunnelBack() {
        scenarios(
                5,
                s -> {
                    s.established();
                    s.alice.newKey();
                    s.bob.tunnel().remove(s.bob.tunnel().peers().getFirst());
                    s.bob.knows(s.alice);
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                    assertThat(s.arrives(s.bob, s.alice)).isTrue();
                });
    }

    @Test
    void theSamePrivateKeyAgainChangesNothing() {
        Timeline t = responded();
        t.us().tunnel().privateKey(t.us().tunnel().privateKey().orElseThrow(), t.us().wants());
        t.at(1).sends().expects(DATA);
    }

    @Test
    void aResponseToTheOldKeyIsRefused() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] response = t.them().response(t.them().last(INITIATION));
        t.us().newKey();
        t.expects(INITIATION); // with the new key, for the packet that waits
        t.receives(response).expectsNothing();
    }

    @Test
    void keyAndInterfaceMayComeInAnyOrderAndWhatWaitsIsThenSent() {
        for (boolean keepalive : new boolean[] {false, true}) {
            for (boolean keyLast : new boolean[] {false, true}) {
                Timeline t = new Timeline(1);
                PrivateKey key = t.us().tunnel().privateKey().orElseThrow();
                t.us().down();
                t.us().tunnel().privateKey(null, t.us().wants());
                if (keyLast) t.us().up();
                else t.us().tunnel().privateKey(key, t.us().wants());
                int seconds = keepalive ? 25 : 0;
                t.them().peer().persistentKeepalive(seconds, t.us().wants());
                if (!keepalive) t.them().peer().stage(MemorySegment.ofArray(new byte[20]), 0, 20);
                t.us().wants().carryOut();
                t.expectsNothing();
                if (keyLast) t.us().tunnel().privateKey(key, t.us().wants());
                else t.us().up();
                t.us().wants().carryOut();
                t.expects(INITIATION);
            }
        }
    }

    @Test
    void withoutAPrivateKeyThereIsNoHandshakeInEitherDirection() {
        Timeline t = responded();
        byte[] initiation = t.them().initiation();
        for (PrivateKey none : new PrivateKey[] {null, zero()}) {
            t.us().tunnel().privateKey(none, t.us().wants());
            assertThat(t.us().tunnel().publicKey()).isEmpty();
            t.at(10 + t.now()).receives(initiation).sends().expectsNothing();
            t.receives(new byte[148]).expectsNothing();
        }
        t.silentUntil(500);
        assertThat(t.us().drops().keySet())
                .containsExactlyInAnyOrder(DropReason.NO_PRIVATE_KEY, DropReason.UNKNOWN_TYPE);
        assertThat(t.us().tunnel().privateKey()).isEmpty();
    }

    private static PrivateKey zero() {
        return new PrivateKey(MemorySegment.ofArray(new byte[32]));
    }

    @Test
    void nobodyIsAPeerOfItself() {
        SimNetwork network = new SimNetwork(1);
        SimTunnel alice = network.tunnel(), bob = network.tunnel();
        alice.knows(bob);
        alice.tunnel().privateKey(bob.tunnel().privateKey().orElseThrow(), alice.wants());
        assertThat(alice.tunnel().peers()).isEmpty();
        assertThat(alice.tunnel().peer(bob.publicKey())).isEmpty();
    }

    // The preshared key

    @Test
    void aNewPresharedKeyIsForFutureHandshakes() {
        scenarios(
                3,
                s -> {
                    s.established();
                    PresharedKey key =
                            new PresharedKey(MemorySegment.ofArray(new byte[32]).fill((byte) 7));
                    s.alice.peer(s.bob).presharedKey(key);
                    assertThat(s.alice.peer(s.bob).presharedKey()).isEqualTo(key);
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                    s.network.run(120 * PaperConstants.SECOND);
                    s.alice.send(s.bob);
                    s.network.run(70 * PaperConstants.SECOND);
                    assertThat(s.arrives(s.alice, s.bob)).isFalse(); // the session is over
                    s.bob.peer(s.alice).presharedKey(key);
                    s.network.run(10 * PaperConstants.SECOND);
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                });
    }

    // Peers

    @Test
    void aRemovedPeerIsSentNothingAndHeardNoMore() {
        Timeline t = responded();
        t.sends().expects(DATA);
        byte[] data = t.them().data(), initiation = t.them().initiation();
        Peer peer = t.them().peer();
        t.us().tunnel().remove(peer);
        assertThat(t.us().tunnel().indicesInUse()).isZero();
        assertThat(t.network().next()).isEqualTo(Long.MAX_VALUE);
        t.receives(data).receives(initiation).sends().expectsNothing();
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
        assertThat(t.us().dropped(DropReason.UNKNOWN_PEER)).isEqualTo(1);
        assertThat(t.us().dropped(DropReason.NO_ROUTE)).isEqualTo(1);
        assertThat(t.us().tunnel().remove(peer)).isZero();
    }

    @Test
    void aPeerMayBeRemovedWithAHandshakeInFlight() {
        Timeline t = new Timeline(1);
        t.at(0).sends().sends().expects(INITIATION);
        byte[] response = t.them().response(t.them().last(INITIATION));
        assertThat(t.us().tunnel().remove(t.them().peer())).isEqualTo(2);
        t.receives(response).silentUntil(1000);
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
    }

    /// Whoever still holds a removed peer may go on telling it things.
    @Test
    void aRemovedPeerWantsNothing() {
        Timeline t = responded();
        Peer peer = t.them().peer();
        Session session = peer.sendingSession(0);
        t.us().tunnel().remove(peer);
        peer.needsSession(1, t.us().wants());
        peer.sealed(1, session, t.us().wants());
        peer.sent(1, 100, 1);
        peer.received(1, session, 100, 1, t.them().endpoint(), t.us().wants());
        peer.persistentKeepalive(25, t.us().wants());
        assertThat(peer.stage(MemorySegment.ofArray(new byte[20]), 0, 20)).isEqualTo(1);
        t.us().wants().carryOut();
        t.expectsNothing();
        assertThat(peer.sendingSession(1)).isNull();
        assertThat(t.network().next()).isEqualTo(Long.MAX_VALUE);
        assertThat(t.us().tunnel().indicesInUse()).isZero();
    }

    @Test
    void aPeerAddedAgainStartsAnew() {
        Timeline t = new Timeline(1);
        byte[] initiation = t.them().initiation();
        t.at(0).receives(initiation).loses(RESPONSE);
        Peer old = t.them().peer();
        t.us().tunnel().remove(old);
        Peer fresh = t.us().tunnel().add(t.them().publicKey(), t.us().wants());
        assertThat(fresh).isNotSameAs(old);
        assertThat(fresh.endpoint()).isNull();
        assertThat(fresh.stats().receivedBytes()).isZero();
        t.at(1).receives(initiation).expects(RESPONSE); // from timestamp zero on
    }

    @Test
    void addingAPeerTwiceFindsIt() {
        Timeline t = responded();
        Peer peer = t.them().peer();
        assertThat(t.us().tunnel().add(t.them().publicKey(), t.us().wants())).isSameAs(peer);
        t.sends().expects(DATA);
    }

    @Test
    void peersAreListedInTheOrderInWhichTheyWereAdded() {
        SimNetwork network = new SimNetwork(1);
        SimTunnel us = network.tunnel();
        List<Peer> added =
                List.of(
                        us.admits(network.tunnel()),
                        us.admits(network.tunnel()),
                        us.admits(network.tunnel()));
        assertThat(us.tunnel().peers()).isEqualTo(added);
    }

    @Test
    void anErasedTunnelKeepsNothing() {
        Timeline t = responded();
        t.us().tunnel().erase();
        assertThat(t.us().tunnel().peers()).isEmpty();
        assertThat(t.us().tunnel().publicKey()).isEmpty();
        assertThat(t.us().tunnel().indicesInUse()).isZero();
        assertThat(t.network().next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void peersComeAndGoWithoutATrace() {
        Timeline t = responded();
        SimTunnel us = t.us();
        for (int i = 2; i < 60; i++) {
            ScriptedPeer guest = new ScriptedPeer(us, i, true);
            if (i % 2 == 0) guest.shakeHands();
            else us.write(Packets.udp(us.inner4(), guest.inner(), new byte[8]));
            t.network().run(0);
            if (i % 4 == 0) guest.send(guest.initiation());
            us.tunnel().remove(guest.peer());
            assertThat(us.tunnel().indicesInUse()).isEqualTo(1);
        }
        t.sends().expects(DATA);
        assertThat(us.sent(MessageKind.INITIATION)).hasSize(29);
    }
}
