package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.Counters;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Timeline;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Paper §6.2 and §6.3: how long a session is used, and who renews it when.
class RekeyTest {
    private static final double JITTER = 0.334;

    private static void stories(Consumer<Timeline> story) {
        Property.check(5, random -> story.accept(new Timeline(random.nextLong())));
    }

    /// We have initiated a session at second 0.
    private static Timeline initiated(Timeline t) {
        return t.at(0).sends().expects(INITIATION).receives(RESPONSE).expects(DATA);
    }

    /// The other side has initiated a session at second 0, and used it.
    private static Timeline responded(Timeline t) {
        return t.at(0).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
    }

    // Paper §6.2: a session that is sent with

    @Test
    void theInitiatorRenewsWhenItSendsAfterTwoMinutes() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    t.at(119.999).sends().expects(DATA).receives(KEEPALIVE);
                    t.at(120).sends().expects(DATA, INITIATION);
                    t.at(120.1).receives(RESPONSE).expects(KEEPALIVE);
                    t.at(121).sends().expects(DATA).receives(KEEPALIVE);
                    t.at(240.05).sends().expects(DATA).receives(KEEPALIVE);
                    t.at(240.1).sends().expects(DATA, INITIATION);
                });
    }

    @Test
    void aKeepaliveRenewsToo() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    t.at(115).receives(DATA).between(125, 125).expects(KEEPALIVE, INITIATION);
                });
    }

    @Test
    void nobodyRenewsWhoDoesNotSend() {
        stories(t -> initiated(t).receives(KEEPALIVE).silentUntil(500));
    }

    @Test
    void theResponderDoesNotRenewBeforeTheSessionIsOver() {
        stories(
                t -> {
                    responded(t);
                    for (int s = 1; s < 180; s += 7) {
                        t.at(s).sends().expects(DATA).receives(KEEPALIVE);
                    }
                    t.at(179.999).sends().expects(DATA);
                    t.at(180).sends().expects(INITIATION).receives(RESPONSE).expects(DATA);
                });
    }

    @Test
    void theOldSessionIsUsedUntilTheNewOneIsThere() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    t.at(121).sends().expects(DATA, INITIATION);
                    t.at(122).sends().expects(DATA).receives(KEEPALIVE);
                    t.between(126, 126 + JITTER).expects(INITIATION);
                    t.at(127).sends().expects(DATA).receives(KEEPALIVE);
                    t.receives(RESPONSE).expects(KEEPALIVE);
                    t.at(128).sends().expects(DATA);
                    assertThat(newestSessionIsInUse(t)).isTrue();
                });
    }

    @Test
    void afterThreeMinutesNothingIsSentWithASession() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    t.at(179.999).sends().expects(DATA, INITIATION);
                    t.at(180).sends().expectsNothing();
                    t.between(184.999, 185 + JITTER).expects(INITIATION);
                    t.receives(RESPONSE).expects(DATA);
                });
    }

    // Paper §6.2: a session that is only received with

    @Test
    void theInitiatorRenewsOnceWhenItOnlyReceivesAfter165Seconds() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    t.at(155).receives(KEEPALIVE).at(164.999).receives(KEEPALIVE);
                    t.expectsNothing();
                    t.at(165).receives(KEEPALIVE).expects(INITIATION);
                    for (int s = 166; s < 170; s++) t.at(s).receives(KEEPALIVE).expectsNothing();
                    t.between(170, 170 + JITTER).expects(INITIATION);
                    t.at(171).receives(RESPONSE).expects(KEEPALIVE);
                    t.at(171 + 164).receives(KEEPALIVE).expectsNothing();
                    t.at(171 + 166).receives(KEEPALIVE).expects(INITIATION);
                });
    }

    @Test
    void whatIsReceivedRenewsOnlyOnceEvenWhenAllAttemptsFail() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    t.at(165).receives(KEEPALIVE).expects(INITIATION);
                    t.at(169.9).receives(KEEPALIVE);
                    for (int i = 1; i < 20; i++) {
                        t.between(165 + 5 * i, 165 + 5 * i + i * JITTER).expects(INITIATION);
                    }
                    t.silentUntil(500);
                });
    }

    @Test
    void theResponderDoesNotRenewWhenItReceives() {
        stories(
                t -> {
                    responded(t);
                    t.at(170).receives(KEEPALIVE).silentUntil(400);
                });
    }

    @Test
    void aLatePacketOfAnOldSessionDoesNotRenewTheNewOne() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    Session old = t.them().session();
                    t.at(130).sends().expects(DATA, INITIATION);
                    t.receives(RESPONSE).expects(KEEPALIVE).receives(KEEPALIVE);
                    byte[] late = t.them().seal(old, t.them().packet());
                    t.at(170).receives(late).between(180, 180).expects(KEEPALIVE);
                    assertThat(t.us().delivered()).hasSize(1);
                });
    }

    // Paper §6.3: the previous session

    @Test
    void aPreviousSessionIsReceivedWithUntilItIsThreeMinutesOld() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    Session old = t.them().session();
                    t.at(120).sends().expects(DATA, INITIATION);
                    t.receives(RESPONSE).expects(KEEPALIVE);
                    t.at(179.999).receives(t.them().seal(old, t.them().packet()));
                    assertThat(t.us().delivered()).hasSize(1);
                    t.at(180).receives(t.them().seal(old, t.them().packet()));
                    assertThat(t.us().delivered()).hasSize(1);
                    assertThat(t.us().dropped(DropReason.EXPIRED_SESSION)).isEqualTo(1);
                });
    }

    @Test
    void theSessionInUseIsNotReceivedWithAfterThreeMinutesEither() {
        stories(
                t -> {
                    responded(t);
                    t.at(179.999).receives(DATA);
                    t.at(180).receives(DATA);
                    assertThat(t.us().delivered()).hasSize(1);
                    assertThat(t.us().dropped(DropReason.EXPIRED_SESSION)).isEqualTo(1);
                    t.between(189.999, 189.999)
                            .expects(INITIATION); // for the keepalive that is due
                });
    }

    // Paper §6.3 and §5.4.1: the next session

    @Test
    void anUnconfirmedSessionIsNeverSentWithEvenWhenThereIsNoOther() {
        stories(
                t -> {
                    responded(t);
                    t.at(100).receives(INITIATION).expects(RESPONSE);
                    t.at(179.9).sends().expects(DATA);
                    assertThat(newestSessionIsInUse(t)).isFalse();
                    t.at(181).sends().expects(INITIATION);
                    t.at(182).receives(KEEPALIVE).expects(DATA); // confirmed: now it is
                    assertThat(newestSessionIsInUse(t)).isTrue();
                });
    }

    @Test
    void anUnconfirmedSessionThatIsThreeMinutesOldIsConfirmedByNothing() {
        stories(
                t -> {
                    t.at(0).receives(INITIATION).expects(RESPONSE);
                    t.at(180).receives(KEEPALIVE);
                    assertThat(t.us().dropped(DropReason.EXPIRED_SESSION)).isEqualTo(1);
                    t.sends().expects(INITIATION);
                });
    }

    // The end of the counters

    @Test
    void eitherSideRenewsAfterManyMessages() {
        stories(
                t -> {
                    responded(t);
                    Session ours = t.them().peer().sendingSession(t.network().now());
                    Counters.skip(ours, PaperConstants.REKEY_AFTER_MESSAGES - 1);
                    t.at(1).sends().expects(DATA).receives(KEEPALIVE);
                    t.at(6).sends().expects(DATA, INITIATION);
                    t.receives(RESPONSE).expects(KEEPALIVE);
                });
    }

    @Test
    void noMessageIsSentBeyondTheLastCounter() {
        stories(
                t -> {
                    initiated(t).receives(KEEPALIVE);
                    Session ours = t.them().peer().sendingSession(t.network().now());
                    Counters.skip(ours, PaperConstants.REJECT_AFTER_MESSAGES - 1);
                    t.at(6).sends().expects(DATA, INITIATION);
                    t.at(7).sends().sends().expectsNothing();
                    t.at(8).receives(RESPONSE).expects(DATA, DATA);
                    assertThat(newestSessionIsInUse(t)).isTrue();
                });
    }

    private static boolean newestSessionIsInUse(Timeline t) {
        Session newest = t.them().session();
        Session ours = t.them().peer().sendingSession(t.network().now());
        byte[] last = t.them().last(DATA);
        return ours != null && receiver(last) == newest.localIndex();
    }

    private static int receiver(byte[] message) {
        return Integer.reverseBytes(ByteBuffer.wrap(message).getInt(4));
    }
}
