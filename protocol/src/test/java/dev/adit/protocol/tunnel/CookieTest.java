package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.COOKIE_REPLY;
import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;
import static dev.adit.protocol.sim.Scenario.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.sim.CapturedDatagram;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Timeline;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;

/// Paper §5.3: what a load changes.
class CookieTest {
    /// An eighth of a queue of 4096.
    private static final int LOAD = 512;

    @Test
    void underLoadAnswersWithCookieAndAcceptsMac2() {
        scenarios(
                10,
                s -> {
                    s.bob.queued(LOAD);
                    s.alice.send(s.bob);
                    s.await(() -> s.bob.delivered().size() == 1, "not delivered under load");
                    assertThat(s.eve.all())
                            .extracting(CapturedDatagram::kind)
                            .containsExactly(INITIATION, COOKIE_REPLY, INITIATION, RESPONSE, DATA);
                    CapturedDatagram first = s.eve.initiations().get(0);
                    CapturedDatagram second = s.eve.initiations().get(1);
                    assertThat(s.eve.cookieReplies().get(0).receiver()).isEqualTo(first.sender());
                    assertThat(s.eve.cookieReplies().get(0).trafficClass()).isZero();
                    assertThat(first.hasCookie()).isFalse();
                    assertThat(second.hasCookie()).isTrue();
                });
    }

    // Paper §6.6
    @Test
    void aCookieIsKeptForTheNextMessageAndNothingIsSentAgainAtOnce() {
        scenarios(
                5,
                s -> {
                    s.bob.queued(LOAD);
                    s.alice.send(s.bob);
                    s.network.run(20 * PaperConstants.SECOND);
                    long gap =
                            s.eve.initiations().get(1).time() - s.eve.initiations().get(0).time();
                    assertThat(gap)
                            .isBetween(
                                    PaperConstants.REKEY_TIMEOUT,
                                    PaperConstants.REKEY_TIMEOUT + PaperConstants.MAX_JITTER);
                });
    }

    @Test
    void theLoadBeginsAtAnEighthOfTheQueueAndEndsASecondLater() {
        Timeline t = new Timeline(1);
        t.us().queued(LOAD - 1);
        t.at(0).receives(INITIATION).expects(RESPONSE);
        t.us().queued(LOAD);
        t.at(1).receives(INITIATION).expects(COOKIE_REPLY);
        t.us().queued(0);
        t.at(1.999).receives(INITIATION).expects(COOKIE_REPLY);
        t.at(2).receives(INITIATION).expects(RESPONSE);
    }

    // Paper §5.4.7
    @Test
    void aResponseIsAskedForACookieToo() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] response = t.them().response(t.them().last(INITIATION));
        t.us().queued(LOAD);
        t.receives(response).expects(COOKIE_REPLY);
        CapturedDatagram reply = t.them().received().getLast();
        assertThat(reply.receiver()).isEqualTo(sender(response));
        assertThat(t.them().take(reply.bytes())).isTrue();
        t.receives(t.them().stamped(response)).expects(DATA);
    }

    // Paper §5.4.7, from the other side
    @Test
    void aCookieForAResponseIsTakenForTheNextMessage() {
        Timeline t = new Timeline(1);
        t.at(0).receives(INITIATION).expects(RESPONSE);
        byte[] reply = t.them().cookieReply(t.them().last(RESPONSE));
        t.receives(reply);
        assertThat(t.us().drops()).isEmpty();
        t.at(1).receives(INITIATION).expects(RESPONSE);
        assertThat(t.them().received().getLast().hasCookie()).isTrue();
    }

    // Paper §5.4.4
    @Test
    void mac2IsZeroWithoutACookieAndWithOneThatIsTooOld() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION).receives(COOKIE_REPLY);
        assertThat(lastInitiation(t).hasCookie()).isFalse();
        for (int i = 1; i < 20; i++) {
            t.after(5, 5.334).expects(INITIATION);
            assertThat(lastInitiation(t).hasCookie()).isTrue();
        }
        t.silentUntil(114.9).sends().expects(INITIATION);
        assertThat(lastInitiation(t).hasCookie()).isTrue();
        t.between(119.9, 120.3).expects(INITIATION);
        assertThat(lastInitiation(t).hasCookie()).isFalse();
    }

    @Test
    void aCookieIsUsedForLessThan115Seconds() {
        for (boolean late : new boolean[] {false, true}) {
            Timeline t = new Timeline(1);
            t.at(0).receives(INITIATION).expects(RESPONSE).receives(COOKIE_REPLY);
            t.at(late ? 115 : 114.999).receives(INITIATION).expects(RESPONSE);
            assertThat(t.them().received().getLast().hasCookie()).isEqualTo(!late);
        }
    }

    @Test
    void aCookieIsGoodForTwoMinutesAfterTheSecretWasMade() {
        Timeline t = new Timeline(1);
        t.us().queued(LOAD);
        t.at(10).receives(INITIATION).expects(COOKIE_REPLY);
        byte[] early = t.them().last(COOKIE_REPLY);
        assertThat(t.them().take(early)).isTrue();
        t.at(70).receives(INITIATION).expects(RESPONSE);
        t.at(124.9).receives(INITIATION).expects(RESPONSE);
        t.at(125).receives(INITIATION).expects(COOKIE_REPLY); // too old to be sent along
        assertThat(t.them().take(t.them().last(COOKIE_REPLY))).isTrue();
        t.at(129.9).receives(INITIATION).expects(RESPONSE);
        t.at(130).receives(INITIATION).expects(COOKIE_REPLY); // the secret is over
        assertThat(t.them().take(t.them().last(COOKIE_REPLY))).isTrue();
        t.at(131).receives(INITIATION).expects(RESPONSE);
    }

    @Test
    void aCookieIsGoodAtTheAddressAndPortItWasSentToOnly() {
        Timeline t = new Timeline(1);
        t.us().queued(LOAD);
        t.at(0).receives(INITIATION).expects(COOKIE_REPLY);
        assertThat(t.them().take(t.them().last(COOKIE_REPLY))).isTrue();
        Endpoint own = t.them().endpoint();
        for (Endpoint elsewhere :
                new Endpoint[] {
                    new Endpoint(IpAddress.v4(0x01020304), own.port()),
                    new Endpoint(own.address(), own.port() + 1),
                    new Endpoint(IpAddress.v6(own.address().high(), 0), own.port())
                }) {
            t.network().inject(elsewhere, t.us(), t.them().initiation());
        }
        assertThat(t.us().dropped(DropReason.COOKIE_DEMANDED)).isEqualTo(4);
        t.at(1).receives(INITIATION).expects(RESPONSE);
    }

    // Paper §2.1
    @Test
    void aCookieReplyMovesNothing() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        Endpoint elsewhere = new Endpoint(IpAddress.v4(0x01020304), 9);
        long before = t.network().next();
        byte[] reply = t.them().cookieReply(t.them().last(INITIATION));
        t.network().inject(elsewhere, t.us(), reply);
        assertThat(t.us().drops()).isEmpty();
        assertThat(t.them().peer().endpoint()).isEqualTo(t.them().endpoint());
        assertThat(t.them().peer().stats().receivedBytes()).isZero();
        assertThat(t.network().next()).isEqualTo(before);
        t.between(5, 5.334).expects(INITIATION);
        assertThat(lastInitiation(t).hasCookie()).isTrue();
    }

    // Paper §5.4.7
    @Test
    void aCookieReplyIsForTheLastMessageAndTakenOnce() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] old = t.them().cookieReply(t.them().last(INITIATION));
        t.between(5, 5.334).expects(INITIATION);
        // Under the index of the message before: nobody has that any more.
        t.receives(old);
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
        byte[] fresh = t.them().cookieReply(t.them().last(INITIATION));
        System.arraycopy(fresh, 4, old, 4, 4);
        t.receives(old); // sealed for the mac1 of another message
        assertThat(t.us().dropped(DropReason.INVALID_COOKIE)).isEqualTo(1);
        t.receives(fresh).receives(fresh);
        assertThat(t.us().dropped(DropReason.INVALID_COOKIE)).isEqualTo(2);
        t.after(5, 5.334).expects(INITIATION);
        assertThat(lastInitiation(t).hasCookie()).isTrue();
    }

    @Test
    void everyByteOfACookieReplyIsAuthenticated() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] genuine = t.them().cookieReply(t.them().last(INITIATION));
        for (int at = 4; at < 64; at++) {
            byte[] forged = genuine.clone();
            forged[at] ^= (byte) (1 << at % 8);
            t.receives(forged);
        }
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(4);
        assertThat(t.us().dropped(DropReason.INVALID_COOKIE)).isEqualTo(56);
        t.between(5, 5.334).expects(INITIATION);
        assertThat(lastInitiation(t).hasCookie()).isFalse();
        t.receives(COOKIE_REPLY).after(5, 5.334).expects(INITIATION);
        assertThat(lastInitiation(t).hasCookie()).isTrue();
    }

    // Paper §5.3
    @Test
    void aWrongMac1IsMetWithSilenceUnderLoadToo() {
        for (int queued : new int[] {0, LOAD}) {
            Timeline t = new Timeline(1);
            t.us().queued(queued);
            byte[] initiation = t.them().initiation();
            for (int at = 116; at < 132; at++) {
                byte[] forged = initiation.clone();
                forged[at] ^= 1;
                t.receives(forged).expectsNothing();
            }
            assertThat(t.us().dropped(DropReason.INVALID_MAC)).isEqualTo(16);
            assertThat(t.us().drops()).hasSize(1);
        }
    }

    // Paper §5.3
    @Test
    void underLoadFiveMessagesAtOnceAndTwentyASecondAreConsumed() {
        Timeline t = new Timeline(1);
        t.us().queued(LOAD);
        t.at(0).receives(INITIATION).expects(COOKIE_REPLY);
        assertThat(t.them().take(t.them().last(COOKIE_REPLY))).isTrue();
        for (int i = 0; i < 400; i++) {
            t.network().runUntil(PaperConstants.SECOND + i * 5 * PaperConstants.MILLISECOND);
            t.receives(INITIATION);
        }
        t.network().run(0);
        int consumed = 5 + 39; // in almost two seconds
        assertThat(t.us().dropped(DropReason.RATE_LIMITED)).isEqualTo(400 - consumed);
        long answered = t.us().sent(RESPONSE).size();
        // Of those that passed, some came within 20 ms of each other.
        assertThat(answered + t.us().dropped(DropReason.INITIATION_FLOOD)).isEqualTo(consumed);
    }

    @Test
    void underLoadASubnetOfIpv6AndAnAddressOfIpv4HaveOneRate() {
        Timeline t = new Timeline(1);
        t.us().queued(LOAD);
        IpAddress v4 = IpAddress.v4(0x01020304);
        assertThat(passing(t, IpAddress.v6(0x20010db8_00000001L, 1), 0)).isEqualTo(5);
        assertThat(passing(t, IpAddress.v6(0x20010db8_00000001L, 2), 0)).isZero();
        assertThat(passing(t, IpAddress.v6(0x20010db8_00000002L, 1), 0)).isEqualTo(5);
        assertThat(passing(t, v4, 0)).isEqualTo(5);
        assertThat(passing(t, v4, 1)).isZero(); // another port
        assertThat(passing(t, IpAddress.v4(0x01020305), 0)).isEqualTo(5);
    }

    /// How many of ten initiations with a good cookie pass the rate limit at `address`.
    private static int passing(Timeline t, IpAddress address, int port) {
        Endpoint from = new Endpoint(address, 1000 + port);
        CapturedDatagram[] reply = new CapturedDatagram[1];
        t.network()
                .place(
                        from,
                        (f, to, bytes, c) -> reply[0] = new CapturedDatagram(0, f, to, bytes, c));
        t.network().inject(from, t.us(), t.them().initiation());
        t.network().run(0);
        assertThat(t.them().take(reply[0].bytes())).isTrue();
        int before = t.us().dropped(DropReason.RATE_LIMITED);
        for (int i = 0; i < 10; i++) t.network().inject(from, t.us(), t.them().initiation());
        return 10 - (t.us().dropped(DropReason.RATE_LIMITED) - before);
    }

    // Paper §5.3
    @Test
    void withoutALoadThereIsNoRate() {
        Timeline t = new Timeline(1);
        for (int i = 0; i < 100; i++) t.at(i * 0.02).receives(INITIATION).loses(RESPONSE);
        assertThat(t.us().drops()).isEmpty();
    }

    @Test
    void underLoadDataFlowsAsEver() {
        scenarios(
                5,
                s -> {
                    s.established();
                    s.alice.queued(4000);
                    s.bob.queued(4000);
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                    assertThat(s.arrives(s.bob, s.alice)).isTrue();
                });
    }

    @Test
    void bothUnderLoadStillShakeHands() {
        scenarios(
                5,
                s -> {
                    s.alice.queued(LOAD);
                    s.bob.queued(LOAD);
                    s.alice.send(s.bob);
                    s.await(() -> s.bob.delivered().size() == 1, "not delivered");
                    // One cookie each: for the initiation, then for the response.
                    assertThat(s.eve.cookieReplies()).hasSize(2);
                });
    }

    private static CapturedDatagram lastInitiation(Timeline t) {
        return t.them().received().stream().filter(s -> s.kind() == INITIATION).toList().getLast();
    }

    private static int sender(byte[] message) {
        return Integer.reverseBytes(ByteBuffer.wrap(message).getInt(4));
    }
}
