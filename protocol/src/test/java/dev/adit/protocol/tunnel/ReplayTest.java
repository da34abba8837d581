package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;
import static dev.adit.protocol.sim.Scenario.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.session.Counters;
import dev.adit.protocol.sim.CapturedDatagram;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Timeline;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Paper §5.4.6 and §5.1: what was seen before is not taken again.
class ReplayTest {

    private static Timeline responded(Timeline t) {
        return t.at(0).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
    }

    // Data: paper §5.4.6; RFC 6479

    @Test
    void everythingRecordedAndSentAgainIsRefused() {
        scenarios(
                5,
                s -> {
                    s.established();
                    for (int i = 0; i < 50; i++) s.alice.send(s.bob);
                    s.network.run(PaperConstants.SECOND);
                    assertThat(s.bob.delivered()).hasSize(50);
                    for (int round = 0; round < 2; round++) {
                        for (CapturedDatagram seen : List.copyOf(s.eve.all(MessageKind.DATA))) {
                            s.network.inject(seen.from(), s.bob, seen.bytes());
                        }
                    }
                    assertThat(s.bob.delivered()).hasSize(50);
                    assertThat(s.bob.dropped(DropReason.REPLAYED)).isEqualTo(100);
                });
    }

    @Test
    void packetsInAnyOrderArriveOnceEach() {
        Property.check(
                10,
                random -> {
                    Timeline t = responded(new Timeline(1));
                    List<byte[]> messages = new ArrayList<>();
                    for (int i = 0; i < 200; i++) messages.add(t.them().data());
                    messages.addAll(messages);
                    Collections.shuffle(messages, new Random(random.nextLong()));
                    messages.forEach(t::receives);
                    assertThat(t.us().delivered()).hasSize(200);
                    assertThat(t.us().dropped(DropReason.REPLAYED)).isEqualTo(200);
                });
    }

    @Test
    void aPacketMayBe8128BehindAndNoMore() {
        Timeline t = responded(new Timeline(1));
        Counters.skip(t.them().session(), 1000);
        byte[] tooFar = t.them().data(), justWithin = t.them().data();
        Counters.skip(t.them().session(), 1000 + PaperConstants.WINDOW + 1);
        t.receives(t.them().data());
        t.receives(tooFar);
        assertThat(t.us().dropped(DropReason.REPLAYED)).isEqualTo(1);
        t.receives(justWithin);
        assertThat(t.us().delivered()).hasSize(2);
    }

    @Test
    void aForgedCounterDoesNotMoveTheWindow() {
        Timeline t = responded(new Timeline(1));
        byte[] early = t.them().data(), forged = t.them().data();
        forged[13] = 0x7f;
        t.receives(forged).receives(early);
        assertThat(t.us().dropped(DropReason.NOT_AUTHENTIC)).isEqualTo(1);
        assertThat(t.us().delivered()).hasSize(1);
    }

    @Test
    void aReplayTouchesNeitherTimersNorTheEndpoint() {
        Timeline t = responded(new Timeline(1));
        byte[] data = t.them().data();
        t.at(1).receives(data).between(11, 11).expects(KEEPALIVE);
        long received = t.them().peer().stats().receivedBytes();
        t.at(12);
        t.network().inject(new Endpoint(IpAddress.v4(0x01020304), 9), t.us(), data);
        assertThat(t.us().dropped(DropReason.REPLAYED)).isEqualTo(1);
        assertThat(t.them().peer().endpoint().sameRemote(t.them().endpoint())).isTrue();
        assertThat(t.them().peer().stats().receivedBytes()).isEqualTo(received);
        t.silentUntil(60);
    }

    @Test
    void anOldSessionHasAWindowOfItsOwn() {
        Timeline t = responded(new Timeline(1));
        byte[] first = t.them().data();
        t.receives(first);
        t.at(5).receives(INITIATION).expects(RESPONSE);
        byte[] second = t.them().data();
        t.receives(second).receives(first);
        assertThat(t.us().delivered()).hasSize(2);
        assertThat(t.us().dropped(DropReason.REPLAYED)).isEqualTo(1);
    }

    // Initiations: paper §5.1

    @Test
    void anInitiationIsAnsweredOnce() {
        Timeline t = new Timeline(1);
        byte[] initiation = t.them().initiation();
        t.at(0).receives(initiation).expects(RESPONSE);
        for (int i = 1; i < 10; i++) t.at(i * 100).receives(initiation).expectsNothing();
        assertThat(t.us().dropped(DropReason.REPLAYED_INITIATION)).isEqualTo(9);
    }

    @Test
    void anOlderInitiationIsNotAnswered() {
        Timeline t = new Timeline(1);
        byte[] older = t.them().initiation(), newer = t.them().initiation();
        t.at(1).receives(newer).expects(RESPONSE).receives(KEEPALIVE);
        t.at(2).receives(older).expectsNothing();
        assertThat(t.us().dropped(DropReason.REPLAYED_INITIATION)).isEqualTo(1);
    }

    @Test
    void anInitiationIsNotAnsweredAgainAfterDownAndUp() {
        Timeline t = new Timeline(1);
        byte[] initiation = t.them().initiation();
        t.at(0).receives(initiation).expects(RESPONSE);
        t.at(1).then(t.us()::down).then(t.us()::up).receives(initiation).expectsNothing();
        t.at(600).receives(initiation).expectsNothing(); // nor after all keys were erased
        assertThat(t.us().dropped(DropReason.REPLAYED_INITIATION)).isEqualTo(2);
    }

    @Test
    void anInitiationIsNotAnsweredAgainAfterAChangeOfTheKeyAndBack() {
        Timeline t = new Timeline(1);
        byte[] initiation = t.them().initiation();
        t.at(0).receives(initiation).expects(RESPONSE);
        PrivateKey key = t.us().tunnel().privateKey().orElseThrow();
        t.us().newKey();
        t.us().tunnel().privateKey(key, t.us().wants());
        t.at(1).receives(initiation).expectsNothing();
        assertThat(t.us().dropped(DropReason.REPLAYED_INITIATION)).isEqualTo(1);
    }

    @Test
    void aReplayedInitiationChangesNothing() {
        Timeline t = new Timeline(1);
        byte[] replayed = t.them().initiation();
        t.at(0).receives(replayed).expects(RESPONSE).receives(KEEPALIVE);
        t.at(10).sends().loses(MessageKind.DATA).between(25, 25.4).expects(INITIATION);
        int indices = t.us().tunnel().indicesInUse();
        t.network().inject(new Endpoint(IpAddress.v4(0x01020304), 9), t.us(), replayed);
        assertThat(t.us().tunnel().indicesInUse()).isEqualTo(indices);
        assertThat(t.them().peer().endpoint().sameRemote(t.them().endpoint())).isTrue();
        t.receives(RESPONSE).expects(KEEPALIVE); // ours is still waited for
    }

    // At most 50 initiations a second: a bound of Linux, beside those of paper §5.3

    @Test
    void aSecondInitiationWithin20MillisecondsIsDropped() {
        Timeline t = new Timeline(1);
        t.at(0).receives(INITIATION).expects(RESPONSE);
        t.at(0.019999).receives(INITIATION).expectsNothing();
        t.at(0.02).receives(INITIATION).expects(RESPONSE);
        assertThat(t.us().dropped(DropReason.INITIATION_FLOOD)).isEqualTo(1);
    }

    @Test
    void fiftyInitiationsASecondAreAnswered() {
        Timeline t = new Timeline(1);
        for (int i = 0; i < 250; i++) {
            t.network().runUntil(i * 4 * PaperConstants.MILLISECOND);
            t.receives(INITIATION);
        }
        t.network().run(0);
        assertThat(t.us().sent(RESPONSE)).hasSize(PaperConstants.INITIATIONS_PER_SECOND);
        assertThat(t.us().dropped(DropReason.INITIATION_FLOOD)).isEqualTo(200);
        assertThat(t.us().tunnel().indicesInUse()).isLessThanOrEqualTo(2);
    }
}
