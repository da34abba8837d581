package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.Link;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.sim.Transfer;
import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A machine that sleeps for two hours in the middle of a connection: its clock jumps, its tunnel
/// needs a new session, and then the connection goes on at once.
class SleepTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;
    private static final long DELAY = 50_000_000;
    private static final long ROUND_TRIP = 2 * DELAY;

    /// As a proxy has them.
    private static final TcpOptions KEEPALIVE =
            TcpOptions.DEFAULT.withKeepAlive(60 * SECOND, 15 * SECOND, 4);

    private static SimPair pair() throws Exception {
        SimPair pair = new SimPair(7, false, 1420, KEEPALIVE, TcpOptions.DEFAULT);
        pair.net.link(Link.of(DELAY), Link.of(DELAY));
        return pair.establish();
    }

    /// Sleeps, and needs `handshake` nanoseconds then for a session.
    private static void sleep(SimPair pair, long handshake) {
        pair.net.run(SECOND);
        pair.net.skip(2 * HOUR);
        pair.net.run(handshake);
        pair.net.setDown(false);
        pair.net.a.peerAnswers(pair.net.now(), address -> true);
    }

    /// @param handshake milliseconds
    @ParameterizedTest
    @ValueSource(longs = {0, 100, 5000, 30_000})
    void whatWasUnderWayArrivesWithinARoundTripOfTheNewSession(long handshake) throws Exception {
        try (SimPair pair = pair()) {
            pair.net.setDown(true);
            Transfer transfer = new Transfer(pair.client, pair.server, 1000, 1000);
            transfer.write(pair.net.now());
            sleep(pair, handshake * 1_000_000);
            pair.net.run(ROUND_TRIP);
            transfer.read(pair.net.now());
            assertThat(transfer.bytesRead()).as("%s", pair.client.info()).isEqualTo(1000);
            assertThat(pair.client.info().sendQueue()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100, 5000, 30_000})
    void aConnectionThatWasIdleIsStillThere(long handshake) throws Exception {
        try (SimPair pair = pair()) {
            pair.net.setDown(true);
            sleep(pair, handshake * 1_000_000);
            Transfer transfer = new Transfer(pair.client, pair.server, 1000, 1000);
            transfer.write(pair.net.now());
            pair.net.run(ROUND_TRIP);
            transfer.read(pair.net.now());
            assertThat(transfer.bytesRead()).as("%s", pair.client.info()).isEqualTo(1000);
        }
    }
}
