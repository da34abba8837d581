package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;
import static dev.adit.protocol.sim.PaperConstants.SECOND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.sim.Timeline;
import dev.adit.protocol.tunnel.Actions.PeerEvent;
import dev.adit.testing.Packets;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

/// A peer that does not answer is reported on a schedule that no traffic of ours changes.
class SilenceTest {
    /// Nothing at all, or a packet every so many milliseconds: faster than initiations, in step
    /// with them, and slower.
    private static final int[] PERIODS = {0, 100, 1_000, 3_000, 4_999, 5_000, 5_200, 7_000, 61_000};

    private static final int[] KEEPALIVES = {0, 1, 5, 9, 25, 3_600};
    private static final long SPAN = 45 * SECOND;

    private interface Mix {
        void check(Timeline t, int period, int keepalive);
    }

    /// Every mix of traffic and keepalive in which there is something to send.
    private static void everyMix(Mix mix) {
        for (int period : PERIODS) {
            for (int keepalive : KEEPALIVES) {
                mix.check(new Timeline(31L * period + keepalive), period, keepalive);
            }
        }
    }

    /// From now on `t` has this keepalive and sends that often.
    private static void traffic(Timeline t, int period, int keepalive) {
        t.them().peer().persistentKeepalive(keepalive, t.us().wants());
        t.us().wants().carryOut();
        if (period == 0) return;
        long start = t.network().now();
        for (long at = 0; at <= SPAN; at += period * 1_000_000L) {
            t.network().at(start + at, () -> write(t));
        }
    }

    private static void write(Timeline t) {
        t.us().write(Packets.udp(t.us().inner4(), t.them().inner(), new byte[24]));
    }

    private static List<Long> reports(Timeline t, PeerEvent news) {
        return t.us().wants().reports(news);
    }

    @Test
    void anUnansweredInitiationIsReportedAfterTenSecondsAndEveryFiveFromThenOn() {
        everyMix(
                (t, period, keepalive) -> {
                    traffic(t, period, keepalive);
                    if (period == 0 && keepalive == 0) write(t); // a single packet
                    t.network().runUntil(SPAN);
                    long[] expected =
                            LongStream.iterate(10 * SECOND, at -> at + 5 * SECOND)
                                    .takeWhile(at -> at <= SPAN)
                                    .toArray();
                    assertThat(reports(t, PeerEvent.NO_ANSWER))
                            .as("a packet every %d ms, keepalive %d s", period, keepalive)
                            .containsExactly(LongStream.of(expected).boxed().toArray(Long[]::new));
                });
    }

    @Test
    void dataThatIsNotAnsweredIsReportedWithinFifteenSecondsAndSoAreTheInitiationsAfterIt() {
        everyMix(
                (t, period, keepalive) -> {
                    if (period == 0) return; // keepalives ask for no answer
                    t.at(0).sends().expects(INITIATION).receives(RESPONSE).expects(DATA);
                    t.receives(KEEPALIVE).at(20);
                    traffic(t, period, keepalive);
                    t.network().runUntil(20 * SECOND + SPAN);
                    long first = reports(t, PeerEvent.STOPPED_HEARING).getFirst();
                    assertThat(first).isBetween(35 * SECOND, 36 * SECOND);
                    assertThat(reports(t, PeerEvent.NO_ANSWER).getFirst())
                            .isEqualTo(first + 10 * SECOND);
                });
    }

    @Test
    void whatComesFromThePeerEndsTheSilence() {
        everyMix(
                (t, period, keepalive) -> {
                    traffic(t, period, keepalive);
                    if (period == 0 && keepalive == 0) write(t);
                    t.network().runUntil(27 * SECOND);
                    t.receives(t.them().response(t.them().last(INITIATION)));
                    t.network().runUntil(40 * SECOND);
                    assertThat(reports(t, PeerEvent.NO_ANSWER))
                            .containsExactly(10 * SECOND, 15 * SECOND, 20 * SECOND, 25 * SECOND);
                });
    }

    @Test
    void keepalivesAloneShowTheSilenceWhenTheSessionIsRenewed() {
        for (int keepalive : new int[] {1, 5, 25}) {
            Timeline t = new Timeline(keepalive);
            t.at(0).sends().expects(INITIATION).receives(RESPONSE).expects(DATA);
            t.receives(KEEPALIVE);
            traffic(t, 0, keepalive);
            t.network().runUntil(160 * SECOND);
            assertThat(reports(t, PeerEvent.NO_ANSWER).getFirst())
                    .isBetween(130 * SECOND, (130 + keepalive) * SECOND);
        }
    }

    @Test
    void aHandshakeThatWasGivenUpIsReportedNoMore() {
        Timeline t = new Timeline(1);
        t.sends();
        t.network().runUntil(1_000 * SECOND);
        long givenUp = reports(t, PeerEvent.GAVE_UP).getFirst();
        assertThat(reports(t, PeerEvent.NO_ANSWER).getLast()).isBetween(95 * SECOND, givenUp);
    }

    @Test
    void anInterfaceThatIsDownReportsNothing() {
        Timeline t = new Timeline(1);
        t.sends();
        t.network().runUntil(7 * SECOND);
        t.us().down();
        t.network().runUntil(60 * SECOND);
        assertThat(reports(t, PeerEvent.NO_ANSWER)).isEmpty();
    }

    @Test
    void theReportSaysForHowLong() {
        Timeline t = new Timeline(1);
        t.sends();
        t.network().runUntil(21 * SECOND);
        assertThat(t.us().wants().reports())
                .filteredOn(report -> report.news() == PeerEvent.NO_ANSWER)
                .extracting(report -> report.number())
                .containsExactly(10, 15, 20);
    }
}
