package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.Link;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.sim.Transfer;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;

/// Transfers over networks that lose, delay, reorder, duplicate, damage, limit and fail, made up by
/// numbered seeds: every byte arrives once and in order, or both ends know of an error; everything
/// comes to an end, nothing stalls, and all memory comes back.
///
/// The system property `adit.schedules` says how many there are.
class SimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SCHEDULES = Integer.getInteger("adit.schedules", 10_000);

    @Test
    void everyByteArrivesOnceAndInOrderOrBothEndsKnowOfAnError() {
        Property.check(SCHEDULES, random -> random, SimulationTest::run);
    }

    private static void run(RandomGenerator random) throws Exception {
        int mtu = 1280 + random.nextInt(3) * random.nextInt(800);
        TcpOptions forA = options(random), forB = options(random);
        boolean v6 = random.nextBoolean();
        try (SimPair pair = new SimPair(random.nextLong(), v6, mtu, forA, forB)) {
            pair.net.link(link(random, mtu), link(random, mtu));
            establish(pair);
            if (pair.server == null) return; // so bad a network that the handshake timed out
            long bytes = 1L << random.nextInt(18);
            Transfer there = transfer(random, pair.client, pair.server, bytes);
            Transfer back = transfer(random, pair.server, pair.client, bytes / 3);
            for (int i = 0; i < random.nextInt(4); i++) {
                pair.transfer(random.nextLong(2 * SECOND), there, back);
                disturb(random, pair, mtu);
            }
            pair.transfer(3000 * SECOND, there, back);
            check(pair, there, back);
        }
    }

    private static void establish(SimPair pair) {
        for (int i = 0; i < 2000 && pair.server == null; i++) {
            pair.net.run(100_000_000);
            pair.server = pair.listener.accept();
            if (pair.client.ending() != null) break;
        }
        // Or the client took it for established, and the server's reset was lost.
        if (pair.server == null && pair.client.ending() != null) {
            assertThat(pair.client.ending().reason())
                    .isIn(Ending.Reason.TIMED_OUT, Ending.Reason.RESET);
        }
    }

    private static void disturb(RandomGenerator random, SimPair pair, int mtu) {
        switch (random.nextInt(4)) {
            case 0 -> {
                pair.net.setDown(true);
                pair.net.run(random.nextLong(20 * SECOND));
                pair.net.setDown(false);
            }
            case 1 -> pair.net.skip(random.nextLong(3600 * SECOND));
            case 2 -> pair.net.link(link(random, mtu), link(random, mtu));
            default -> {
                pair.net.a.peerAnswers(pair.net.now(), address -> true);
                pair.net.b.peerAnswers(pair.net.now(), address -> true);
            }
        }
    }

    private static void check(SimPair pair, Transfer there, Transfer back) {
        Connection client = pair.client, server = pair.server;
        boolean isWhole = there.isDone() && back.isDone();
        if (isWhole) {
            // The last acknowledgements may be lost, and retransmissions may be slow.
            for (int i = 0; i < 60 && (!isOver(client) || !isOver(server)); i++) {
                there.step(pair.net.now());
                back.step(pair.net.now());
                pair.net.run(60 * SECOND);
            }
            assertThat(client.ending()).as("client %s", client.info()).isNotNull();
            assertThat(server.ending()).as("server %s", server.info()).isNotNull();
        } else {
            assertThat(there.isEnded() || back.isEnded())
                    .as(
                            "%d and %d: %s %s",
                            there.bytesRead(), back.bytesRead(), client.info(), server.info())
                    .isTrue();
            pair.net.run(3000 * SECOND);
            client.close(pair.net.now());
            server.close(pair.net.now());
        }
        pair.net.run(3000 * SECOND);
        client.close(pair.net.now());
        server.close(pair.net.now());
        assertThat(pair.net.a.stats().memory()).isZero();
        assertThat(pair.net.b.stats().memory()).isZero();
        assertThat(pair.net.a.stats().connections()).isZero();
    }

    private static boolean isOver(Connection c) {
        return c.state() == ConnectionState.CLOSED || c.state() == ConnectionState.TIME_WAIT;
    }

    private static Transfer transfer(
            RandomGenerator random, Connection from, Connection to, long bytes) {
        return new Transfer(from, to, bytes, 1 + random.nextInt(1 << random.nextInt(4, 16)));
    }

    private static TcpOptions options(RandomGenerator random) {
        int send = 4096 << random.nextInt(8), receive = 4096 << random.nextInt(8);
        return TcpOptions.DEFAULT
                .withNoDelay(random.nextBoolean())
                .withSelectiveAck(random.nextInt(4) != 0)
                .withTimestamps(random.nextInt(4) != 0)
                .withCubic(random.nextInt(4) != 0)
                .withEcnRequest(random.nextInt(4) == 0)
                .withBuffers(send, receive);
    }

    private static Link link(RandomGenerator random, int mtu) {
        Link link = Link.of(random.nextLong(1, 100_000_000));
        if (random.nextBoolean()) link = link.withLoss(random.nextInt(300_000));
        if (random.nextInt(3) == 0) link = link.withJitter(random.nextLong(1, 100_000_000));
        if (random.nextInt(3) == 0) link = link.withDuplicates(random.nextInt(100_000));
        if (random.nextInt(3) == 0) link = link.withErrors(random.nextInt(50_000));
        if (random.nextInt(3) == 0) {
            long rate = 5_000L << random.nextInt(12);
            link = link.withRate(rate, 3000L + random.nextInt(100_000));
        }
        if (random.nextInt(4) == 0) {
            link = link.withMtu(Math.max(1280, mtu - random.nextInt(300)), random.nextBoolean());
        }
        return link;
    }
}
