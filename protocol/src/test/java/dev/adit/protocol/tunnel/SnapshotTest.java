package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.PaperConstants.MILLISECOND;
import static dev.adit.protocol.sim.PaperConstants.MINUTE;
import static dev.adit.protocol.sim.PaperConstants.SECOND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.sim.Conditions;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.Scenario;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How the protocol does on networks from good to hopeless: a table that changes only when the
/// protocol does.
class SnapshotTest {
    private static final int[] LOSS = {0, 5, 20, 40}; // percent
    private static final int[] LATENCY = {1, 100, 500}; // milliseconds
    private static final int SEEDS = 4;
    private static final long OUTAGE = 200 * SECOND;

    /// @param initiations that both sides sent in ten minutes of traffic in both directions
    /// @param goodput the share of packets that arrived
    /// @param recovery seconds from the end of an outage that outlasts every session to the first
    ///   packet that arrives
    private record Row(int loss, int latency, double initiations, double goodput, double recovery) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "{%d, %d, %.1f, %.3f, %.2f},",
                    loss,
                    latency,
                    initiations,
                    goodput,
                    recovery);
        }
    }

    // Loss in percent, latency in ms, initiations, goodput, recovery in seconds; means of four.
    private static final double[][] EXPECTED = {
        {0, 1, 10.0, 1.000, 4.00},
        {0, 100, 10.0, 1.000, 4.30},
        {0, 500, 10.0, 1.000, 5.50},
        {5, 1, 9.3, 0.947, 5.00},
        {5, 100, 9.3, 0.947, 5.35},
        {5, 500, 9.3, 0.948, 6.75},
        {20, 1, 8.5, 0.792, 2.75},
        {20, 100, 8.5, 0.792, 3.10},
        {20, 500, 8.5, 0.793, 4.75},
        {40, 1, 13.3, 0.596, 9.77},
        {40, 100, 13.3, 0.596, 10.15},
        {40, 500, 14.0, 0.598, 10.40},
    };

    @Test
    void goodputHandshakesAndRecoveryAreWhatTheyWere() {
        List<Row> measured = new ArrayList<>();
        for (int loss : LOSS) for (int latency : LATENCY) measured.add(measure(loss, latency));
        StringBuilder table = new StringBuilder("measured:\n");
        for (Row row : measured) table.append(row).append('\n');
        for (int i = 0; i < measured.size(); i++) {
            Row row = measured.get(i);
            double[] expected = EXPECTED[i];
            assertThat(row.loss).isEqualTo((int) expected[0]);
            assertThat(row.latency).isEqualTo((int) expected[1]);
            assertNear(row.initiations, expected[2], 0.15 * expected[2] + 0.3, table);
            assertNear(row.goodput, expected[3], 0.02, table);
            assertNear(row.recovery, expected[4], 0.4 * expected[4] + 0.3, table);
        }
    }

    private static void assertNear(double is, double was, double tolerance, CharSequence table) {
        assertThat(Math.abs(is - was))
                .as("%s\n%.3f instead of %.3f", table, is, was)
                .isLessThanOrEqualTo(tolerance);
    }

    private static Row measure(int loss, int latency) {
        double initiations = 0, goodput = 0, recovery = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Scenario s = new Scenario(seed);
            Conditions conditions = Conditions.latency(latency * MILLISECOND).loss(loss / 100.0);
            s.network.conditions(conditions);
            talk(s, 10 * MINUTE);
            s.network.run(10 * MINUTE + 2 * SECOND);
            initiations += s.alice.sent(MessageKind.INITIATION).size();
            initiations += s.bob.sent(MessageKind.INITIATION).size();
            goodput += (s.alice.delivered().size() + s.bob.delivered().size()) / 1200.0;
            recovery += recovery(s, conditions);
        }
        return new Row(loss, latency, initiations / SEEDS, goodput / SEEDS, recovery / SEEDS);
    }

    /// Has both sides send a packet a second.
    private static void talk(Scenario s, long duration) {
        s.network.every(
                SECOND,
                s.network.now() + duration,
                () -> {
                    s.alice.send(s.bob);
                    s.bob.send(s.alice);
                });
    }

    private static double recovery(Scenario s, Conditions before) {
        s.network.conditions(before.loss(1));
        talk(s, 5 * MINUTE);
        s.network.run(OUTAGE);
        s.network.conditions(before);
        int delivered = s.bob.delivered().size();
        long took = s.network.await(() -> s.bob.delivered().size() > delivered, MINUTE);
        assertThat(took).isNotNegative();
        return (double) took / SECOND;
    }
}
