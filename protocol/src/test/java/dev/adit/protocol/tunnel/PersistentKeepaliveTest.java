package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.sim.Timeline;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.function.Consumer;

/// Reference §8.4 and §8.10: keepalives that an administrator asked for.
class PersistentKeepaliveTest {
    private static final double JITTER = 0.334;

    private static void stories(Consumer<Timeline> story) {
        Property.check(6, random -> story.accept(new Timeline(random.nextLong())));
    }

    private static Timeline every(Timeline t, int seconds) {
        return t.then(
                () -> {
                    t.them().peer().persistentKeepalive(seconds, t.us().wants());
                    t.us().wants().carryOut();
                });
    }

    private static Timeline established(Timeline t) {
        return t.at(0)
                .sends()
                .expects(INITIATION)
                .receives(RESPONSE)
                .expects(DATA)
                .receives(KEEPALIVE);
    }

    @Test
    void theFirstIsSentAtOnceAndTheOthersInTheirInterval() {
        stories(
                t -> {
                    established(t);
                    every(t.at(10), 25).expects(KEEPALIVE);
                    for (int i = 1; i < 4; i++)
                        t.between(10 + 25 * i, 10 + 25 * i).expects(KEEPALIVE);
                });
    }

    @Test
    void whereThereIsNoSessionItStartsOne() {
        stories(
                t -> {
                    every(t.at(0), 25).expects(INITIATION).receives(RESPONSE).expects(KEEPALIVE);
                    t.between(25, 25).expects(KEEPALIVE);
                });
    }

    @Test
    void whateverIsSentOrReceivedPutsTheNextOff() {
        stories(
                t -> {
                    every(established(t), 25).expects(KEEPALIVE);
                    t.at(20).sends().expects(DATA).receives(KEEPALIVE);
                    t.at(40).receives(KEEPALIVE);
                    t.at(60).receives(INITIATION).loses(RESPONSE);
                    t.between(85, 85).expects(KEEPALIVE);
                });
    }

    @Test
    void nothingForgedPutsTheNextOff() {
        stories(
                t -> {
                    every(established(t), 25).expects(KEEPALIVE);
                    byte[] forged = t.them().keepalive();
                    forged[31] ^= 1;
                    t.at(20).receives(forged).between(25, 25).expects(KEEPALIVE);
                });
    }

    @Test
    void anotherIntervalCountsFromTheNextPacket() {
        stories(
                t -> {
                    every(established(t), 25).expects(KEEPALIVE);
                    every(t.at(1), 10).expectsNothing().between(25, 25).expects(KEEPALIVE);
                    t.between(35, 35).expects(KEEPALIVE);
                });
    }

    @Test
    void zeroEndsThem() {
        stories(
                t -> {
                    every(established(t), 25).expects(KEEPALIVE);
                    every(t.at(24), 0).silentUntil(500);
                });
    }

    @Test
    void theyRenewTheSession() {
        stories(
                t -> {
                    every(established(t), 25).expects(KEEPALIVE);
                    for (int i = 1; i < 5; i++) t.between(25 * i, 25 * i).expects(KEEPALIVE);
                    t.between(125, 125).expects(KEEPALIVE, INITIATION);
                    t.receives(RESPONSE).expects(KEEPALIVE);
                    for (int i = 6; i < 10; i++) t.between(25 * i, 25 * i).expects(KEEPALIVE);
                    t.between(250, 250).expects(KEEPALIVE, INITIATION);
                });
    }

    // Paper §6.4
    @Test
    void theyTryAgainAfterEveryHandshakeThatWasGivenUp() {
        stories(
                t -> {
                    every(t.at(0), 3600).expects(INITIATION);
                    for (int round = 0; round < 3; round++) {
                        for (int i = 1; i < 20; i++) t.after(5, 5 + JITTER).expects(INITIATION);
                        t.after(3600, 3600).expects(INITIATION); // after the last one sent
                    }
                });
    }

    @Test
    void anIntervalShorterThanTheRepetitionDoesNotMakeItFaster() {
        stories(
                t -> {
                    every(t.at(0), 1).expects(INITIATION);
                    for (int i = 1; i < 50; i++) t.after(5, 5 + JITTER).expects(INITIATION);
                });
    }

    @Test
    void noneIsSentWhileTheInterfaceIsDownAndOneWhenItComesUp() {
        stories(
                t -> {
                    every(established(t), 25).expects(KEEPALIVE);
                    t.at(10).then(t.us()::down).silentUntil(100);
                    t.then(t.us()::up).expects(INITIATION).receives(RESPONSE).expects(KEEPALIVE);
                    t.between(125, 125).expects(KEEPALIVE);
                });
    }

    @Test
    void setWhileTheInterfaceIsDownTheyStartWhenItComesUp() {
        stories(
                t -> {
                    t.at(0).then(t.us()::down);
                    every(t.at(1), 25).silentUntil(50);
                    t.then(t.us()::up).expects(INITIATION);
                });
    }

    @Test
    void withoutAnEndpointTheyHaveNoEffect() {
        stories(
                t -> {
                    t.them().peer().endpoint(null);
                    every(t.at(0), 25).silentUntil(100);
                    t.receives(INITIATION).expects(RESPONSE);
                    t.at(101).receives(KEEPALIVE).expects(KEEPALIVE);
                });
    }

    @Test
    void isReadAsItWasSet() {
        Timeline t = new Timeline(1);
        for (int seconds : new int[] {0, 1, 25, 65_535}) {
            every(t, seconds);
            assertThat(t.them().peer().persistentKeepalive()).isEqualTo(seconds);
        }
    }
}
