package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.Link;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.sim.Transfer;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.stats.Counter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes from one stack to another over a network that behaves.
class TransferTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Counter TIMEOUTS = Counter.TCP_RETRANSMISSION_TIMEOUTS;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesBytesBothWaysAndClosesInOrder(boolean v6) throws Exception {
        try (SimPair pair = new SimPair(1, v6, 1420, TcpOptions.DEFAULT, TcpOptions.DEFAULT)) {
            pair.establish();
            Transfer there = new Transfer(pair.client, pair.server, 3_000_000, 10_000);
            Transfer back = new Transfer(pair.server, pair.client, 2_000_000, 7_000);
            pair.transfer(60 * SECOND, there, back);
            there.assertDone();
            back.assertDone();
            pair.net.run(SECOND);
            assertThat(pair.client.state()).isIn(ConnectionState.TIME_WAIT, ConnectionState.CLOSED);
            assertThat(pair.server.state()).isIn(ConnectionState.TIME_WAIT, ConnectionState.CLOSED);
            pair.net.run(61 * SECOND);
            assertThat(pair.net.a.stats().memory()).isZero();
            assertThat(pair.net.b.stats().memory()).isZero();
            assertThat(pair.net.a.stats().connections()).isZero();
            assertThat(pair.net.a.stats().timeWaits()).isZero();
        }
    }

    @Test
    void theWindowGrowsToFillALongPath() throws Exception {
        try (SimPair pair = new SimPair(2, false, 1420, TcpOptions.DEFAULT, TcpOptions.DEFAULT)) {
            pair.net.link(Link.of(50_000_000), Link.of(50_000_000));
            pair.establish();
            long begin = pair.net.now();
            Transfer there = new Transfer(pair.client, pair.server, 80_000_000, 65_536);
            pair.transfer(60 * SECOND, there);
            there.assertDone();
            double rate = 80e6 * 8 / ((pair.net.now() - begin) * 1e-9);
            assertThat(rate).isGreaterThan(150e6);
        }
    }

    /// Loss that happens by itself, at a rate that the window of CUBIC can stand: the transfer gets
    /// a fair part of what the formula of RFC 9438 §5.1 promises.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lossCostsNoMoreThanItHasTo(boolean cubic) throws Exception {
        TcpOptions options = TcpOptions.DEFAULT.withCubic(cubic);
        try (SimPair pair = new SimPair(3, false, 1420, options, options)) {
            pair.net.link(Link.of(10_000_000).withLoss(10_000), Link.of(10_000_000));
            pair.establish();
            long begin = pair.net.now();
            Transfer there = new Transfer(pair.client, pair.server, 10_000_000, 65_536);
            pair.transfer(600 * SECOND, there);
            there.assertDone();
            double rate = 10e6 / ((pair.net.now() - begin) * 1e-9);
            // Reno: 1.22 segments / sqrt(loss) in a round trip of 20 ms.
            double reno = 1.22 * 1368 / Math.sqrt(0.01) / 0.02;
            assertThat(rate).isGreaterThan(0.6 * reno);
            // Losses are found by what arrives, hardly ever by a timeout.
            assertThat(pair.net.a.stats().counters().getOrDefault(TIMEOUTS, 0L)).isLessThan(10);
        }
    }

    /// With a round trip of 0.3 s, the timeout is hardly longer than it takes to find a loss, to
    /// repair it and to hear of that.
    @Test
    void aLossOnALongPathIsRepairedWithoutATimeout() throws Exception {
        try (SimPair pair = new SimPair(6, false, 1420, TcpOptions.DEFAULT, TcpOptions.DEFAULT)) {
            pair.net.link(Link.of(150_000_000).withLoss(10_000), Link.of(150_000_000));
            pair.establish();
            Transfer there = new Transfer(pair.client, pair.server, 5_000_000, 65_536);
            pair.transfer(600 * SECOND, there);
            there.assertDone();
            assertThat(pair.net.a.stats().counters()).doesNotContainKey(TIMEOUTS);
            assertThat(pair.client.info().spuriousRecoveries()).isZero();
        }
    }

    @Test
    void aNarrowPathIsFilledAndItsQueueIsNotOverrunForLong() throws Exception {
        try (SimPair pair = new SimPair(4, false, 1420, TcpOptions.DEFAULT, TcpOptions.DEFAULT)) {
            pair.net.link(Link.of(20_000_000).withRate(1_250_000, 60_000), Link.of(20_000_000));
            pair.establish();
            long begin = pair.net.now();
            Transfer there = new Transfer(pair.client, pair.server, 8_000_000, 65_536);
            pair.transfer(600 * SECOND, there);
            there.assertDone();
            double rate = 8e6 / ((pair.net.now() - begin) * 1e-9);
            assertThat(rate).isGreaterThan(0.85 * 1_250_000);
            assertThat(pair.client.info().retransmissions()).isLessThan(1000);
        }
    }

    @Test
    void aConnectionToAnOwnAddressStaysInside() throws Exception {
        try (SimPair pair = new SimPair(5, false, 1420, TcpOptions.DEFAULT, TcpOptions.DEFAULT)) {
            pair.establish();
            Listener own = pair.net.a.listen(pair.net.now(), null, 99, 5, TcpOptions.DEFAULT);
            FourTuple ends = new FourTuple(SimPair.A4, 0, SimPair.A4, 99);
            Connection c = pair.net.a.connect(pair.net.now(), ends, TcpOptions.DEFAULT);
            pair.net.run(SECOND);
            long before = pair.net.packets();
            Transfer there = new Transfer(c, own.accept(), 1_000_000, 10_000);
            pair.transfer(60 * SECOND, there);
            there.assertDone();
            assertThat(pair.net.packets()).isEqualTo(before);
        }
    }
}
