package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.Link;
import dev.adit.stack.sim.SimNetwork;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.sim.Talk;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Two stacks that live long, and all the while programs at both that talk, over a network that
/// loses, reorders, duplicates and damages, fails for minutes, changes its MTU, and is slow; and
/// clocks that are set on by hours. Each byte arrives once and in order, or both ends know of an
/// error; nothing stalls; every hour, when all is said, no memory is held.
///
/// The system property `adit.simulated.hours` says how long: 72 for three days; 12 if not set.
class SimulatedDaysTest {
    private static final long HOURS = Long.getLong("adit.simulated.hours", 12);
    private static final long SEED = Long.getLong("adit.seed", 12);
    private static final long MILLISECOND = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;
    private static final int AT_ONCE = 8;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final SimNetwork net =
            new SimNetwork(
                    SEED,
                    SimPair.configA(1420),
                    SimPair.configB(1420),
                    StackEvents.NONE,
                    StackEvents.NONE);
    private final List<Talk> talks = new ArrayList<>();
    private final Map<FourTuple, Talk> waiting = new HashMap<>(); // not accepted yet
    private Listener atA;
    private Listener atB;
    private long upAgain;
    private long total;
    private long whole;

    @Test
    void eachByteArrivesOnceOrBothEndsKnowThatItDidNot() throws Exception {
        atA = net.a.listen(net.now(), null, SimPair.PORT, 50, options());
        atB = net.b.listen(net.now(), null, SimPair.PORT, 50, options());
        long begin = net.now();
        for (long hour = 1; hour <= HOURS; hour++) {
            live(begin + hour * HOUR);
            settle();
        }
        assertThat(total).isGreaterThan(HOURS * 20);
        assertThat(whole).as("of " + total + " whole").isGreaterThan(total / 2);
        net.close();
    }

    private void live(long end) throws RefusedException {
        long nextTalk = net.now(), nextChange = net.now();
        while (net.now() < end) {
            if (net.now() >= nextChange) {
                change();
                nextChange = net.now() + random.nextLong(300 * SECOND);
            }
            if (net.now() >= upAgain) net.setDown(false);
            if (net.now() >= nextTalk && talks.size() < AT_ONCE) {
                begin();
                nextTalk = net.now() + random.nextLong(8 * SECOND);
            }
            long next = Math.min(end, nextChange);
            if (talks.size() < AT_ONCE) next = Math.min(next, nextTalk);
            act(upAgain > net.now() ? Math.min(next, upAgain) : next);
        }
    }

    /// All that is being said comes to its end, and nothing is left of it.
    private void settle() {
        net.setDown(false);
        net.link(Link.of(MILLISECOND), Link.of(MILLISECOND));
        for (long end = net.now() + 2 * HOUR; !talks.isEmpty() && net.now() < end; ) {
            act(net.now() + 10 * SECOND);
        }
        assertThat(talks).as("talks that do not end").isEmpty();
        net.run(200 * SECOND); // TIME-WAIT, and what the keepalives of one side alone find
        act(net.now());
        for (Stack stack : new Stack[] {net.a, net.b}) {
            assertThat(stack.stats().connections()).isZero();
            assertThat(stack.stats().timeWaits()).isZero();
            assertThat(stack.stats().memory()).isZero();
        }
    }

    private void begin() throws RefusedException {
        boolean v6 = random.nextBoolean(), fromA = random.nextBoolean();
        FourTuple pair =
                fromA
                        ? new FourTuple(
                                v6 ? SimPair.A6 : SimPair.A4,
                                0,
                                v6 ? SimPair.B6 : SimPair.B4,
                                SimPair.PORT)
                        : new FourTuple(
                                v6 ? SimPair.B6 : SimPair.B4,
                                0,
                                v6 ? SimPair.A6 : SimPair.A4,
                                SimPair.PORT);
        Connection client = (fromA ? net.a : net.b).connect(net.now(), pair, options());
        Talk talk = new Talk(client, random.split(), net.now());
        talks.add(talk);
        waiting.put(client.pair(), talk);
        total++;
    }

    /// Both ends have keepalives, so that each finds out when the other is gone.
    private TcpOptions options() {
        return TcpOptions.DEFAULT
                .withNoDelay(random.nextBoolean())
                .withSelectiveAck(random.nextInt(4) != 0)
                .withTimestamps(random.nextInt(4) != 0)
                .withCubic(random.nextInt(4) != 0)
                .withKeepAlive(60 * SECOND, 10 * SECOND, 5);
    }

    /// Lets programs and network act once, and time pass to what comes next.
    private void act(long until) {
        accept(atA);
        accept(atB);
        for (Iterator<Talk> all = talks.iterator(); all.hasNext(); ) {
            Talk talk = all.next();
            if (!talk.step(net.now())) continue;
            if (talk.isWhole()) whole++;
            all.remove();
            waiting.remove(talk.client().pair());
        }
        net.pump();
        long slice = net.now() + random.nextLong(1, 50 * MILLISECOND);
        net.runUntil(Math.max(net.now() + 1, Math.min(until, Math.max(slice, net.nextEvent()))));
    }

    private void accept(Listener listener) {
        for (Connection c; (c = listener.accept()) != null; ) {
            FourTuple p = c.pair();
            FourTuple clients =
                    new FourTuple(
                            p.remoteAddress(), p.remotePort(), p.localAddress(), p.localPort());
            Talk talk = waiting.remove(clients);
            if (talk == null) c.abort(net.now()); // the client has given up meanwhile
            else talk.accepted(c);
        }
    }

    private void change() {
        switch (random.nextInt(6)) {
            case 0 -> {
                net.setDown(true);
                upAgain =
                        net.now()
                                + random.nextLong(random.nextInt(4) == 0 ? HOUR / 3 : 60 * SECOND);
            }
            case 1 -> {
                long skipped = random.nextLong(random.nextInt(4) == 0 ? 10 * HOUR : 60 * SECOND);
                net.skip(skipped);
                talks.forEach(talk -> talk.skipped(skipped));
            }
            case 2 -> {
                net.a.peerAnswers(net.now(), address -> true);
                net.b.peerAnswers(net.now(), address -> true);
            }
            default -> net.link(link(), link());
        }
    }

    private Link link() {
        Link link = Link.of(random.nextLong(1, 150 * MILLISECOND));
        if (random.nextBoolean()) link = link.withLoss(random.nextInt(250_000));
        if (random.nextInt(3) == 0) link = link.withJitter(random.nextLong(1, 100 * MILLISECOND));
        if (random.nextInt(3) == 0) link = link.withDuplicates(random.nextInt(100_000));
        if (random.nextInt(3) == 0) link = link.withErrors(random.nextInt(20_000));
        if (random.nextInt(3) == 0) link = link.withRate(10_000L << random.nextInt(12), 60_000);
        if (random.nextInt(3) == 0) {
            link = link.withMtu(random.nextInt(1280, 1420), random.nextBoolean());
        }
        return link;
    }
}
