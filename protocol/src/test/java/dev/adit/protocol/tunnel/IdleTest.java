package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.PaperConstants.DAY;
import static dev.adit.protocol.sim.PaperConstants.HOUR;
import static dev.adit.protocol.sim.PaperConstants.MINUTE;
import static dev.adit.protocol.sim.PaperConstants.SECOND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.sim.Conditions;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Scenario;
import dev.adit.protocol.sim.SimTunnel;

import org.junit.jupiter.api.Test;

/// Days in which little happens.
class IdleTest {

    @Test
    void whoHasNothingToSayIsSilentForAMonth() {
        Scenario s = new Scenario(1).established();
        s.network.run(30 * DAY);
        // One keepalive each answers the data before; then the keys are erased, and that is all.
        assertThat(s.eve.all().size()).isLessThanOrEqualTo(2);
        assertThat(s.alice.tunnel().indicesInUse()).isZero();
        assertThat(s.network.next()).isEqualTo(Long.MAX_VALUE);
        assertThat(s.arrives(s.alice, s.bob)).isTrue();
    }

    @Test
    void aPersistentKeepaliveKeepsTheTunnelForADay() {
        Scenario s = new Scenario(1);
        s.alice.persistentKeepalive(s.bob, 25);
        s.network.run(DAY);
        long last = 0;
        for (SimTunnel.Sent sent : s.alice.sent()) {
            assertThat(sent.time() - last).isLessThanOrEqualTo(25 * SECOND);
            last = sent.time();
        }
        // Renewed with the first keepalive after 120 s, which is the fifth.
        assertThat(s.alice.sent(MessageKind.INITIATION).size()).isBetween(685, 692);
        assertThat(s.bob.sent(MessageKind.INITIATION)).isEmpty();
        assertThat(s.bob.sent(MessageKind.RESPONSE))
                .hasSameSizeAs(s.alice.sent(MessageKind.INITIATION));
        assertThat(s.alice.tunnel().indicesInUse()).isLessThanOrEqualTo(2);
        assertThat(s.arrives(s.bob, s.alice)).isTrue();
    }

    @Test
    void aPersistentKeepaliveFindsAPeerThatComesBackAfterHours() {
        Scenario s = new Scenario(1);
        s.alice.persistentKeepalive(s.bob, 25);
        s.network.run(MINUTE);
        s.bob.down();
        s.network.run(2 * HOUR);
        s.eve.forget();
        s.network.run(10 * MINUTE);
        // Twenty in a hundred seconds, then a pause until the next keepalive is due.
        assertThat(s.eve.initiations().size()).isBetween(93, 103);
        s.bob.up();
        s.network.run(26 * SECOND);
        assertThat(s.arrives(s.alice, s.bob)).isTrue();
        assertThat(s.arrives(s.bob, s.alice)).isTrue();
    }

    @Test
    void aPacketNowAndThenIsAllItTakes() {
        Scenario s = new Scenario(2);
        s.network.conditions(Conditions.latency(50 * PaperConstants.MILLISECOND));
        for (int i = 0; i < 200; i++) {
            SimTunnel from = i % 2 == 0 ? s.alice : s.bob, to = i % 2 == 0 ? s.bob : s.alice;
            assertThat(s.arrives(from, to)).isTrue();
            s.network.run(i * 7L * SECOND);
        }
    }
}
