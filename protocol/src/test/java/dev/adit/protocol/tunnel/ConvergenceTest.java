package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.PaperConstants.MILLISECOND;
import static dev.adit.protocol.sim.PaperConstants.SECOND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.sim.Conditions;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.Scenario;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.protocol.sim.Timeline;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;

/// Both sides initiate at once: whatever crosses whatever, they end with a session that both use.
class ConvergenceTest {
    private static final int[] LATENCIES = {0, 1, 10, 50, 100, 200, 300, 333, 400, 700, 1500, 2400};

    @Test
    void bothInitiateAtOnceAndHaveASessionARoundTripAndAHalfLater() {
        for (int latency : LATENCIES) {
            Scenario s = scenario(latency, latency);
            s.alice.send(s.bob);
            s.bob.send(s.alice);
            s.network.run(3L * latency * MILLISECOND + MILLISECOND);
            assertThat(s.alice.delivered()).as("latency %d ms", latency).hasSize(1);
            assertThat(s.bob.delivered()).as("latency %d ms", latency).hasSize(1);
            assertThat(s.eve.initiations()).hasSize(2);
        }
    }

    @Test
    void theyConvergeWhateverTheTimeBetweenTheInitiations() {
        Property.check(
                60,
                random -> {
                    // A round trip longer than Rekey-Timeout is too long for any handshake.
                    int latency = LATENCIES[random.nextInt(LATENCIES.length)];
                    Scenario s = scenario(random.nextInt(), latency);
                    s.alice.send(s.bob);
                    s.network.run(random.nextLong(2L * latency * MILLISECOND + 1));
                    s.bob.send(s.alice);
                    s.network.run(4L * latency * MILLISECOND + SECOND);
                    assertThat(s.alice.delivered()).hasSize(1);
                    assertThat(s.bob.delivered()).hasSize(1);
                });
    }

    @Test
    void whatIsSentAfterwardsArrivesWithoutAnotherHandshake() {
        Property.check(
                20,
                random -> {
                    Scenario s =
                            crossed(random, Conditions.latency(random.nextLong(600) * MILLISECOND));
                    s.network.run(5 * SECOND);
                    s.eve.forget();
                    for (int i = 0; i < 50; i++) {
                        if (random.nextBoolean()) s.alice.send(s.bob);
                        else s.bob.send(s.alice);
                        s.network.run(random.nextLong(SECOND));
                    }
                    s.network.run(5 * SECOND);
                    assertThat(s.eve.initiations()).isEmpty();
                    assertDelivered(s, s.alice, s.bob);
                    assertDelivered(s, s.bob, s.alice);
                });
    }

    @Test
    void theyConvergeWhateverIsLostAndHeldBack() {
        Property.check(
                40,
                random -> {
                    Conditions bad =
                            Conditions.latency(random.nextLong(500) * MILLISECOND)
                                    .jitter(200 * MILLISECOND)
                                    .loss(0.3)
                                    .duplication(0.1)
                                    .reordering(0.2);
                    Scenario s = crossed(random, bad);
                    long took =
                            s.network.await(
                                    () ->
                                            s.alice.peer(s.bob).sendingSession(s.network.now())
                                                            != null
                                                    && s.bob.peer(s.alice)
                                                                    .sendingSession(s.network.now())
                                                            != null,
                                    100 * SECOND);
                    assertThat(took).isNotNegative();
                    s.network.conditions(Conditions.latency(10 * MILLISECOND));
                    s.network.run(SECOND);
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                    assertThat(s.arrives(s.bob, s.alice)).isTrue();
                });
    }

    /// With traffic in both directions all the time, both sides renew at the same moment again and
    /// again: every two minutes both initiations cross. Nothing is lost over it.
    @Test
    void renewingAtOnceAgainAndAgainLosesNothing() {
        for (int latency : new int[] {1, 60, 350, 900}) {
            Scenario s = scenario(latency, latency);
            s.network.every(
                    100 * MILLISECOND,
                    600 * SECOND,
                    () -> {
                        s.alice.send(s.bob);
                        s.bob.send(s.alice);
                    });
            s.network.run(610 * SECOND);
            assertThat(s.alice.delivered()).as("latency %d ms", latency).hasSize(6000);
            assertThat(s.bob.delivered()).as("latency %d ms", latency).hasSize(6000);
            assertThat(s.alice.drops()).isEmpty();
            assertThat(s.bob.drops()).isEmpty();
            assertThat(s.eve.initiations().size()).isBetween(6, 12);
        }
    }

    @Test
    void renewingAtOnceLeavesNoIndexBehind() {
        Scenario s = scenario(1, 350);
        s.network.every(
                200 * MILLISECOND,
                1200 * SECOND,
                () -> {
                    s.alice.send(s.bob);
                    s.bob.send(s.alice);
                    assertThat(s.alice.tunnel().indicesInUse()).isLessThanOrEqualTo(7);
                });
        s.network.run(2000 * SECOND);
        assertThat(s.alice.tunnel().indicesInUse()).isZero();
        assertThat(s.bob.tunnel().indicesInUse()).isZero();
    }

    // One side, with another that gives up its own initiation as it answers

    @Test
    void convergesWithAPeerThatAbandonsItsOwnInitiation() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] abandoned = t.them().initiation();
        byte[] response = t.them().response(t.them().last(INITIATION));
        t.at(0.4).receives(abandoned).loses(MessageKind.RESPONSE);
        t.at(0.5).receives(response).expects(MessageKind.DATA);
        t.at(1).receives(MessageKind.DATA);
        assertThat(t.us().delivered()).hasSize(1);
    }

    @Test
    void anInitiationIsForgottenWhenTheOtherHandshakeIsConfirmed() {
        Timeline t = new Timeline(1);
        t.at(0).sends().expects(INITIATION);
        byte[] late = t.them().response(t.them().last(INITIATION));
        t.at(0.4).receives(INITIATION).expects(MessageKind.RESPONSE);
        t.at(0.5).receives(MessageKind.KEEPALIVE).expects(MessageKind.DATA);
        t.at(0.6).receives(late).silentUntil(15);
        assertThat(t.us().dropped(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
        assertThat(t.us().tunnel().indicesInUse()).isEqualTo(1);
    }

    private static Scenario scenario(long seed, int latency) {
        Scenario s = new Scenario(seed);
        s.network.conditions(Conditions.latency(latency * MILLISECOND));
        return s;
    }

    private static Scenario crossed(RandomGenerator random, Conditions conditions) {
        Scenario s = new Scenario(random.nextInt());
        s.network.conditions(conditions);
        s.alice.send(s.bob);
        s.bob.send(s.alice);
        return s;
    }

    private static void assertDelivered(Scenario s, SimTunnel from, SimTunnel to) {
        assertThat(to.delivered()).hasSize(from.sent(MessageKind.DATA).size());
        assertThat(to.deliveredIds()).hasSize(to.delivered().size());
        assertThat(s.alice.drops()).isEmpty();
    }
}
