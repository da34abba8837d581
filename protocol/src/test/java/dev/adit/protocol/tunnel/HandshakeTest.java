package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;
import static dev.adit.protocol.sim.Scenario.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.sim.CapturedDatagram;
import dev.adit.protocol.sim.Eavesdropper;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Scenario;
import dev.adit.protocol.sim.ScriptedPeer;
import dev.adit.protocol.sim.SimNetwork;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.protocol.sim.Timeline;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Paper §5.4, as two interfaces and a wire see it.
class HandshakeTest {

    @Test
    void isTwoMessagesAndAConfirmation() {
        scenarios(
                20,
                s -> {
                    s.alice.send(s.bob);
                    s.await(() -> s.bob.delivered().size() == 1, "not delivered");
                    assertThat(s.eve.all())
                            .extracting(CapturedDatagram::kind)
                            .containsExactly(INITIATION, RESPONSE, DATA);
                    CapturedDatagram initiation = s.eve.all().get(0);
                    CapturedDatagram response = s.eve.all().get(1);
                    CapturedDatagram data = s.eve.all().get(2);
                    assertThat(response.receiver()).isEqualTo(initiation.sender());
                    assertThat(data.receiver()).isEqualTo(response.sender());
                    assertThat(data.counter()).isZero();
                    assertThat(initiation.trafficClass()).isEqualTo(0x88);
                    assertThat(response.trafficClass()).isEqualTo(0x88);
                    assertThat(data.trafficClass()).isZero();
                });
    }

    @Test
    void carriesEitherFamilyOverEitherFamily() {
        SimNetwork network = new SimNetwork(1);
        SimTunnel alice = network.tunnelOnV6(), bob = network.tunnelOnV6();
        network.connect(alice, bob);
        for (int size : new int[] {8, 1000, 1300}) {
            alice.send(bob, size);
            alice.send6(bob, size);
        }
        network.run(PaperConstants.SECOND);
        assertThat(bob.delivered()).hasSize(6);
        assertThat(bob.drops()).isEmpty();
        assertThat(alice.sent().getFirst().to().address().v6()).isTrue();
    }

    // Lengths of messages: paper §5.4.2, §5.4.3 and §5.4.6
    @Test
    void countsWhatAHandshakeCosts() {
        SimNetwork network = new SimNetwork(1);
        SimTunnel alice = network.tunnel(), bob = network.tunnel();
        network.connect(alice, bob);
        alice.persistentKeepalive(bob, 65_535);
        network.run(PaperConstants.SECOND);
        assertThat(alice.peer(bob).stats().receivedBytes()).isEqualTo(92);
        assertThat(alice.peer(bob).stats().sentBytes()).isEqualTo(180);
        assertThat(bob.peer(alice).stats().receivedBytes()).isEqualTo(180);
        assertThat(bob.peer(alice).stats().sentBytes()).isEqualTo(92);
    }

    // `last_handshake_time_sec` of the cross-platform interface; complete as in paper §6.1
    @Test
    void tellsWhenItWasComplete() {
        scenarios(
                5,
                s -> {
                    Instant start = s.network.wallClock();
                    assertThat(s.alice.peer(s.bob).stats().lastHandshake())
                            .isEqualTo(Instant.EPOCH);
                    s.alice.send(s.bob);
                    s.await(() -> s.eve.all(RESPONSE).size() == 1, "no response");
                    // The responder has to wait for the confirmation.
                    assertThat(s.bob.peer(s.alice).stats().lastHandshake())
                            .isEqualTo(Instant.EPOCH);
                    s.network.run(PaperConstants.SECOND);
                    Instant atBob = s.bob.peer(s.alice).stats().lastHandshake();
                    Instant atAlice = s.alice.peer(s.bob).stats().lastHandshake();
                    assertThat(atAlice).isAfter(start).isBefore(atBob);
                    assertThat(atBob).isBefore(s.network.wallClock());
                });
    }

    // What is forged

    @Test
    void everyByteOfAnInitiationButItsMac2IsRefused() {
        Timeline t = new Timeline(1);
        byte[] genuine = t.them().initiation();
        for (int at = 0; at < 132; at++) {
            byte[] forged = flipped(genuine, at);
            t.receives(forged).expectsNothing();
            if (at < 8 || at >= 116) continue;
            t.receives(t.them().stamped(forged)).expectsNothing(); // by one who knows our key
        }
        assertThat(t.us().tunnel().indicesInUse()).isZero();
        assertThat(t.them().peer().stats().receivedBytes()).isZero();
        t.receives(genuine).expects(RESPONSE);
    }

    @Test
    void everyByteOfAResponseButItsMac2IsRefused() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] genuine = t.them().response(t.them().last(INITIATION));
        for (int at = 0; at < 76; at++) {
            byte[] forged = flipped(genuine, at);
            t.receives(forged).expectsNothing();
            if (at < 8 || at >= 60) continue;
            t.receives(t.them().stamped(forged)).expectsNothing();
        }
        assertThat(t.them().peer().stats().receivedBytes()).isZero();
        t.receives(t.them().stamped(genuine)).expects(DATA);
    }

    @Test
    void mac2IsIgnoredWhenThereIsNoLoad() {
        Timeline t = new Timeline(1);
        byte[] initiation = t.them().initiation();
        Arrays.fill(initiation, 132, 148, (byte) 0x77);
        t.receives(initiation).expects(RESPONSE);
    }

    // Paper §5.4.1 to §5.4.7: types, reserved zeros and lengths
    @Test
    void whatIsNoMessageIsDropped() {
        Timeline t = new Timeline(1);
        byte[] initiation = t.them().initiation();
        for (int at = 1; at < 4; at++) t.receives(flipped(initiation, at));
        assertThat(t.us().dropped(DropReason.UNKNOWN_TYPE)).isEqualTo(3);
        t.receives(Arrays.copyOf(initiation, 147)).receives(Arrays.copyOf(initiation, 149));
        t.receives(new byte[0]).receives(new byte[] {4, 0, 0}).receives(new byte[] {4, 0, 0, 0});
        assertThat(t.us().dropped(DropReason.WRONG_LENGTH)).isEqualTo(5);
        t.expectsNothing().receives(initiation).expects(RESPONSE);
        byte[] keepalive = t.them().keepalive();
        t.receives(Arrays.copyOf(keepalive, 31));
        assertThat(t.us().dropped(DropReason.WRONG_LENGTH)).isEqualTo(6);
        t.receives(keepalive);
        assertThat(t.us().wants().reports(Actions.PeerEvent.SESSION_ESTABLISHED)).hasSize(1);
    }

    // RFC 7748 §6.1
    @Test
    void pointsOfSmallOrderAreDropped() {
        Timeline t = new Timeline(1);
        byte[] initiation = t.them().initiation();
        byte[] small = initiation.clone();
        Arrays.fill(small, 8, 40, (byte) 0);
        t.receives(t.them().stamped(small)).expectsNothing();
        assertThat(t.us().dropped(DropReason.INVALID_INITIATION)).isEqualTo(1);
        t.at(1).sends().expects(INITIATION);
        byte[] response = t.them().response(t.them().last(INITIATION));
        small = response.clone();
        Arrays.fill(small, 12, 44, (byte) 0);
        t.receives(t.them().stamped(small)).expectsNothing();
        assertThat(t.us().dropped(DropReason.INVALID_RESPONSE)).isEqualTo(1);
        t.receives(t.them().stamped(response)).expects(DATA);
    }

    @Test
    void nobodyAnswersAStranger() {
        Timeline t = new Timeline(1);
        ScriptedPeer stranger = new ScriptedPeer(t.us(), 2, true);
        t.us().tunnel().remove(stranger.peer());
        stranger.send(stranger.initiation());
        t.expectsNothing();
        assertThat(stranger.received()).isEmpty();
        assertThat(t.us().drops()).containsExactly(Map.entry(DropReason.UNKNOWN_PEER, 1));
    }

    @Test
    void whatIsReflectedIsDropped() {
        scenarios(
                5,
                s -> {
                    s.established();
                    s.alice.send(s.bob);
                    s.network.inject(s.bob.endpoint(), s.alice, s.eve.last(DATA).bytes());
                    assertThat(s.alice.dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
                    s.network.run(200 * PaperConstants.SECOND);
                    s.alice.send(s.bob);
                    s.network.inject(s.bob.endpoint(), s.alice, s.eve.last(INITIATION).bytes());
                    assertThat(s.alice.dropped(DropReason.INVALID_MAC)).isEqualTo(1);
                });
    }

    // Indices

    // Reference §8.5
    @Test
    void noDataIsTakenForAHandshakeThatIsNotComplete() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] data = new byte[64];
        data[0] = 4;
        System.arraycopy(t.them().last(INITIATION), 4, data, 4, 4);
        t.receives(data);
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
    }

    @Test
    void aResponseToASessionOrToNobodyIsDropped() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] response = t.them().response(t.them().last(INITIATION));
        t.receives(response).expects(DATA);
        t.receives(response);
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
        byte[] toNobody = flipped(response, 9);
        t.receives(t.them().stamped(toNobody));
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(2);
    }

    @Test
    void aResponseToAnInitiationThatWasRepeatedIsDropped() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] late = t.them().response(t.them().last(INITIATION));
        t.between(5, 5.334).expects(INITIATION).receives(late).expectsNothing();
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
        t.receives(RESPONSE).expects(DATA);
    }

    @Test
    void manyHandshakesLeaveNoIndexBehind() {
        Timeline t = new Timeline(1);
        for (int i = 0; i < 60; i++) {
            if (i % 3 == 0) t.at(10 * i).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
            else if (i % 3 == 1) t.at(10 * i).receives(INITIATION).loses(RESPONSE);
            else t.at(10 * i).receives(t.them().stamped(flipped(t.them().initiation(), 100)));
            assertThat(t.us().tunnel().indicesInUse()).isLessThanOrEqualTo(6);
        }
        t.silentUntil(600 + 541);
        assertThat(t.us().tunnel().indicesInUse()).isZero();
    }

    // The preshared key: paper §5.2

    @Test
    void aPresharedKeyOfZerosIsNone() {
        scenarios(
                3,
                s -> {
                    s.alice.peer(s.bob).presharedKey(psk(0));
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                });
    }

    @Test
    void onePresharedKeyTooManyEndsInSilence() {
        scenarios(
                3,
                s -> {
                    s.alice.peer(s.bob).presharedKey(psk(1));
                    s.alice.send(s.bob);
                    s.network.run(30 * PaperConstants.SECOND);
                    assertThat(s.bob.delivered()).isEmpty();
                    assertThat(s.eve.transport()).isEmpty();
                    assertThat(s.alice.dropped(DropReason.INVALID_RESPONSE)).isGreaterThan(3);
                    s.bob.peer(s.alice).presharedKey(psk(1));
                    s.await(() -> s.bob.delivered().size() == 1, "no handshake with equal keys");
                });
    }

    // Reference §8.11
    @Test
    void aClockThatWentBackIsTakenForAReplayUntilItCatchesUp() {
        Scenario s = new Scenario(1).established();
        s.alice.wants().wallClockError(Duration.ofSeconds(-300));
        s.network.run(190 * PaperConstants.SECOND);
        s.alice.send(s.bob);
        s.network.run(60 * PaperConstants.SECOND);
        assertThat(s.bob.delivered()).isEmpty();
        assertThat(s.bob.dropped(DropReason.REPLAYED_INITIATION)).isGreaterThan(5);
        for (int i = 0; i < 20; i++) {
            s.alice.send(s.bob);
            s.network.run(5 * PaperConstants.SECOND);
        }
        assertThat(s.bob.delivered()).isNotEmpty();
    }

    // What an observer sees

    @Test
    void noEphemeralKeyAndNoIndexIsUsedTwice() {
        Scenario s = new Scenario(2);
        s.network.every(
                PaperConstants.SECOND, 20 * PaperConstants.MINUTE, () -> s.alice.send(s.bob));
        s.network.run(20 * PaperConstants.MINUTE);
        List<CapturedDatagram> handshakes = new ArrayList<>(s.eve.initiations());
        handshakes.addAll(s.eve.responses());
        assertThat(handshakes).hasSizeGreaterThan(19);
        assertThat(handshakes.stream().map(h -> Arrays.toString(h.ephemeral())))
                .doesNotHaveDuplicates();
        assertThat(handshakes.stream().map(CapturedDatagram::sender)).doesNotHaveDuplicates();
    }

    @Test
    void nothingIsReadableOnTheWire() {
        Scenario s = new Scenario(3);
        for (int size = 8; size < 1300; size += 13) s.alice.send(s.bob, size);
        s.network.run(PaperConstants.SECOND);
        assertThat(s.bob.delivered()).hasSize(100);
        assertThat(s.eve.sawPlaintext()).isFalse();
        for (CapturedDatagram data : s.eve.transport()) assertThat(data.length() % 16).isZero();
    }

    @Test
    void theEavesdropperWouldSeePlaintext() {
        SimNetwork network = new SimNetwork(1);
        Eavesdropper eve = new Eavesdropper(network);
        SimTunnel alice = network.tunnel();
        byte[] plain = new byte[100];
        Arrays.fill(plain, 40, 46, (byte) 0x50);
        network.send(alice.endpoint(), alice.endpoint(), plain, 0);
        assertThat(eve.sawPlaintext()).isTrue();
        assertThat(eve.all(MessageKind.OTHER)).hasSize(1);
    }

    private static byte[] flipped(byte[] message, int at) {
        byte[] forged = message.clone();
        forged[at] ^= (byte) (1 << at % 8);
        return forged;
    }

    private static PresharedKey psk(int fill) {
        return new PresharedKey(MemorySegment.ofArray(new byte[32]).fill((byte) fill));
    }
}
