package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Timeline;
import dev.adit.protocol.tunnel.Actions.PeerEvent;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.function.Consumer;

/// Paper §6, one peer and its timers; every story with many seeds of jitter.
class TimersTest {
    private static final double JITTER = 0.334;

    private static void stories(Consumer<Timeline> story) {
        Property.check(6, random -> story.accept(new Timeline(random.nextLong())));
    }

    // §6.4: initiations are repeated

    @Test
    void theFirstPacketStartsAHandshake() {
        stories(t -> t.at(0).sends().expects(INITIATION));
    }

    @Test
    void anUnansweredInitiationIsRepeatedAfterFiveSecondsAndAThird() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION);
                    for (int i = 1; i < 20; i++) t.after(5, 5 + JITTER).expects(INITIATION);
                });
    }

    // Paper §6.4
    @Test
    void givesUpAfterTwentyInitiationsUntilThereIsSomethingToSend() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION);
                    for (int i = 1; i < 20; i++) t.after(5, 5 + JITTER).expects(INITIATION);
                    double given = t.now();
                    assertThat(given).isBetween(95.0, 95 + 19 * JITTER);
                    t.silentUntil(given + 6);
                    assertThat(t.us().wants().reports(PeerEvent.GAVE_UP)).hasSize(1);
                    assertThat(t.them().peer().hasStaged()).isFalse();
                    t.silentUntil(given + 1000);
                    t.sends().expects(INITIATION).after(5, 5 + JITTER).expects(INITIATION);
                });
    }

    @Test
    void whatWasStagedWhenItGaveUpIsNotSentLater() {
        stories(
                t -> {
                    t.at(0).sends().sends().expects(INITIATION);
                    for (int i = 1; i < 20; i++) t.after(5, 5 + JITTER).expects(INITIATION);
                    t.silentUntil(200).sends().expects(INITIATION);
                    t.receives(RESPONSE).expects(DATA).expectsNothing();
                });
    }

    @Test
    void everyPacketStartsTheCountOfAttemptsAnew() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION);
                    for (int i = 1; i < 25; i++) {
                        t.after(5, 5 + JITTER).expects(INITIATION);
                        t.sends().expectsNothing();
                    }
                    for (int i = 0; i < 19; i++) t.after(5, 5 + JITTER).expects(INITIATION);
                    t.silentUntil(t.now() + 500);
                });
    }

    // Paper §6.1
    @Test
    void initiatesAtMostEveryFiveSecondsWhateverIsSent() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION);
                    for (int i = 1; i < 50; i++) t.at(i * 0.1).sends();
                    t.between(5, 5 + JITTER).expects(INITIATION);
                });
    }

    // Paper §6.1
    @Test
    void aResponseAlsoHoldsAnInitiationBackForFiveSeconds() {
        stories(
                t -> {
                    t.at(0).receives(INITIATION).loses(RESPONSE);
                    for (double s = 0.5; s < 5; s += 0.5) t.at(s).sends().expectsNothing();
                    t.at(5).sends().expects(INITIATION);
                });
    }

    @Test
    void repetitionGoesOnWhenAResponseHeldItBack() {
        stories(
                t -> {
                    t.at(0).sends().loses(INITIATION);
                    t.at(2).receives(INITIATION).loses(RESPONSE);
                    t.between(7, 7 + JITTER).expects(INITIATION);
                    t.receives(RESPONSE).expects(DATA);
                });
    }

    @Test
    void aStagedPacketLeavesWithTheResponse() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION);
                    t.at(1).receives(RESPONSE).expects(DATA);
                    t.silentUntil(5.9);
                });
    }

    @Test
    void aLateResponseToTheLastInitiationIsTaken() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION).between(5, 5.334).expects(INITIATION);
                    t.at(9.9).receives(RESPONSE).expects(DATA);
                });
    }

    // Paper §5.4.1: key confirmation

    @Test
    void theInitiatorConfirmsTheSessionAtOnce() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION);
                    t.them().peer().dropStaged();
                    t.receives(RESPONSE).expects(KEEPALIVE);
                });
    }

    @Test
    void theResponderWaitsForTheInitiatorsFirstPacket() {
        stories(
                t -> {
                    t.at(0).receives(INITIATION).expects(RESPONSE);
                    t.at(0.1).sends().expectsNothing();
                    t.at(0.2).receives(KEEPALIVE).expects(DATA);
                });
    }

    @Test
    void dataConfirmsASessionAsWellAsAKeepalive() {
        stories(
                t -> {
                    t.at(0).receives(INITIATION).expects(RESPONSE).sends().expectsNothing();
                    t.at(0.2).receives(DATA).expects(DATA);
                    assertThat(t.us().wants().reports(PeerEvent.SESSION_ESTABLISHED)).hasSize(1);
                });
    }

    // §6.5: keepalives

    // Paper §6.5
    @Test
    void dataIsAnsweredWithAKeepaliveAfterTenSecondsOfSilence() {
        stories(
                t -> {
                    established(t);
                    t.at(3).receives(DATA).between(13, 13).expects(KEEPALIVE);
                    t.silentUntil(100);
                });
    }

    @Test
    void oneKeepaliveAnswersAllDataThatCameBefore() {
        stories(
                t -> {
                    established(t);
                    for (int i = 0; i < 9; i++) t.at(3 + i).receives(DATA);
                    t.between(13, 13).expects(KEEPALIVE);
                    t.silentUntil(100);
                });
    }

    @Test
    void whoSendsAnywayNeedsNoKeepalive() {
        stories(
                t -> {
                    established(t);
                    t.at(3).receives(DATA).at(12.9).sends().expects(DATA);
                    t.receives(KEEPALIVE).silentUntil(100);
                });
    }

    // Paper §6.5
    @Test
    void aKeepaliveIsNotAnswered() {
        stories(
                t -> {
                    established(t);
                    t.at(3).receives(KEEPALIVE).silentUntil(100);
                });
    }

    @Test
    void dataIsAnsweredEvenWhenThePacketInItIsRefused() {
        stories(
                t -> {
                    established(t);
                    byte[] nonsense = t.them().seal(t.them().session(), new byte[40]);
                    t.at(3).receives(nonsense).between(13, 13).expects(KEEPALIVE);
                });
    }

    // §6.5: silence of the other side

    // Paper §6.5
    @Test
    void dataThatNothingAnswersStartsAHandshakeAfterFifteenSeconds() {
        stories(
                t -> {
                    established(t);
                    t.at(3).sends().expects(DATA);
                    t.between(18, 18 + JITTER).expects(INITIATION);
                    assertThat(t.us().wants().reports(PeerEvent.STOPPED_HEARING)).hasSize(1);
                    t.after(5, 5 + JITTER).expects(INITIATION);
                });
    }

    @Test
    void theFirstUnansweredDataCounts() {
        stories(
                t -> {
                    established(t);
                    for (int i = 0; i < 15; i++) t.at(3 + i).sends().expects(DATA);
                    t.between(18, 18 + JITTER).expects(INITIATION);
                });
    }

    // Paper §6.5
    @Test
    void anythingAuthenticAnswersData() {
        stories(
                t -> {
                    established(t);
                    t.at(3).sends().expects(DATA).at(17.9).receives(KEEPALIVE);
                    t.at(30).sends().expects(DATA).at(44.9).receives(INITIATION).expects(RESPONSE);
                    t.silentUntil(100);
                });
    }

    @Test
    void nothingForgedAnswersData() {
        stories(
                t -> {
                    established(t);
                    t.at(3).sends().expects(DATA);
                    byte[] forged = t.them().data();
                    forged[20] ^= 1;
                    t.at(4).receives(forged).between(18, 18 + JITTER).expects(INITIATION);
                });
    }

    // Paper §6.5
    @Test
    void aKeepaliveNeedsNoAnswer() {
        stories(
                t -> {
                    established(t);
                    t.at(3).receives(DATA).between(13, 13).expects(KEEPALIVE);
                    t.silentUntil(110);
                });
    }

    // §6.3: keys are erased

    // Paper §6.3
    @Test
    void allKeysAreErasedNineMinutesAfterTheLastSession() {
        stories(
                t -> {
                    established(t);
                    t.silentUntil(539.9);
                    assertThat(t.us().tunnel().indicesInUse()).isEqualTo(1);
                    assertThat(t.us().wants().reports(PeerEvent.KEYS_ERASED)).isEmpty();
                    t.silentUntil(540.1);
                    assertThat(t.us().tunnel().indicesInUse()).isZero();
                    assertThat(t.us().wants().reports(PeerEvent.KEYS_ERASED)).hasSize(1);
                    assertThat(t.network().next()).isEqualTo(Long.MAX_VALUE);
                });
    }

    @Test
    void aNewSessionPutsTheErasureOff() {
        stories(
                t -> {
                    established(t);
                    t.at(500).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
                    t.silentUntil(500 + 539.9);
                    assertThat(t.us().wants().reports(PeerEvent.KEYS_ERASED)).isEmpty();
                    t.silentUntil(500 + 540.1);
                    assertThat(t.us().wants().reports(PeerEvent.KEYS_ERASED)).hasSize(1);
                });
    }

    @Test
    void theResponderErasesASessionThatWasNeverConfirmed() {
        stories(
                t -> {
                    t.at(0).receives(INITIATION).loses(RESPONSE).silentUntil(541);
                    assertThat(t.us().tunnel().indicesInUse()).isZero();
                });
    }

    @Test
    void aHandshakeGivenUpLeavesNothingNineMinutesLater() {
        stories(
                t -> {
                    t.at(0).sends().expects(INITIATION);
                    for (int i = 1; i < 20; i++) t.after(5, 5 + JITTER).expects(INITIATION);
                    double end = t.now() + 5 + JITTER + PaperConstants.ERASE_AFTER / 1e9;
                    t.silentUntil(end + 0.1);
                    assertThat(t.us().tunnel().indicesInUse()).isZero();
                });
    }

    /// Both sides have a session that they initiated with `t.us()` as the initiator, made at second
    /// 0.
    private static void established(Timeline t) {
        t.at(0).sends().expects(INITIATION).receives(RESPONSE).expects(DATA);
        t.at(0.001).receives(KEEPALIVE);
    }
}
