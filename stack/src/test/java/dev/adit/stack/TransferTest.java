package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.Link;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.sim.Transfer;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes from one stack to another over a network that behaves.
class TransferTest {
    private static final long SECOND = 1_000_000_000L;

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
            Transfer there = new Transfer(pair.client, pair.server, 200_000_000, 65_536);
            pair.transfer(60 * SECOND, there);
            there.assertDone();
            double rate = 200e6 * 8 / ((pair.net.now() - begin) * 1e-9);
            assertThat(rate).isGreaterThan(200e6);
        }
    }
}
