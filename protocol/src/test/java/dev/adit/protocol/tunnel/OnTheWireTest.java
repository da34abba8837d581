package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.PaperConstants.MILLISECOND;
import static dev.adit.protocol.sim.PaperConstants.MINUTE;
import static dev.adit.protocol.sim.PaperConstants.SECOND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.sim.CapturedDatagram;
import dev.adit.protocol.sim.Conditions;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Scenario;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What must be true of every datagram, whatever happens to the tunnels and on the network.
class OnTheWireTest {

    @Test
    void theProtocolHoldsWhateverHappens() {
        Property.check(
                40,
                random -> {
                    Scenario s = troubled(random);
                    List<CapturedDatagram> all = s.eve.all();
                    assertThat(all).hasSizeGreaterThan(50);
                    assertThat(s.eve.sawPlaintext()).isFalse();
                    assertThat(s.eve.all(MessageKind.OTHER)).isEmpty();
                    noNonceIsUsedTwice(all);
                    dataIsPadded(all);
                    oneResponseForAnInitiation(all);
                    handshakesAreFiveSecondsApart(s);
                    dataIsForSomebodyWhoSaidWho(all);
                    responderIsSilentUntilItHasHeardTheInitiator(all);
                });
    }

    /// Ten minutes on a network of any quality, with traffic in any direction, and restarts.
    private static Scenario troubled(RandomGenerator random) {
        Scenario s = new Scenario(random.nextInt());
        s.network.conditions(
                Conditions.latency(random.nextLong(300) * MILLISECOND)
                        .jitter(random.nextLong(300) * MILLISECOND)
                        .loss(random.nextDouble() * 0.4)
                        .duplication(0.1)
                        .reordering(0.1)
                        .corruption(0.05));
        if (random.nextBoolean()) s.alice.queued(600);
        if (random.nextBoolean()) s.bob.wants().delay(random.nextLong(300) * MILLISECOND);
        if (random.nextBoolean()) s.bob.persistentKeepalive(s.alice, 25);
        for (int i = 0; i < 400; i++) {
            SimTunnel from = random.nextBoolean() ? s.alice : s.bob;
            SimTunnel to = from == s.alice ? s.bob : s.alice;
            int size = 8 + random.nextInt(1350), what = random.nextInt(200);
            s.network.at(
                    random.nextLong(10 * MINUTE),
                    () -> {
                        if (what == 0) from.rebind();
                        else from.send(to, size);
                    });
        }
        s.network.run(11 * MINUTE);
        return s;
    }

    /// A receiver index stands for a key, as long as it is one session's.
    private static void noNonceIsUsedTwice(List<CapturedDatagram> all) {
        Map<Integer, Long> last = new HashMap<>();
        for (CapturedDatagram seen : transport(all)) {
            long before = last.getOrDefault(seen.receiver(), -1L);
            assertThat(seen.counter()).isEqualTo(before + 1);
            last.put(seen.receiver(), seen.counter());
        }
    }

    private static void dataIsPadded(List<CapturedDatagram> all) {
        for (CapturedDatagram seen : transport(all)) {
            assertThat(seen.length() % 16 == 0 || seen.length() == 1420 + 32).isTrue();
            assertThat(seen.length()).isBetween(32, 1420 + 32);
        }
    }

    private static void oneResponseForAnInitiation(List<CapturedDatagram> all) {
        Set<Integer> initiated = new HashSet<>(), answered = new HashSet<>();
        for (CapturedDatagram seen : all) {
            if (seen.kind() == MessageKind.INITIATION)
                assertThat(initiated.add(seen.sender())).isTrue();
            if (seen.kind() != MessageKind.RESPONSE) continue;
            assertThat(initiated).contains(seen.receiver());
            assertThat(answered.add(seen.receiver())).as("answered once").isTrue();
        }
        for (CapturedDatagram seen : all) {
            // A cookie is demanded for a message that was sent, and names its sender.
            if (seen.kind() == MessageKind.COOKIE_REPLY) {
                assertThat(all).anyMatch(h -> isHandshake(h) && h.sender() == seen.receiver());
            }
        }
    }

    private static boolean isHandshake(CapturedDatagram seen) {
        return seen.kind() == MessageKind.INITIATION || seen.kind() == MessageKind.RESPONSE;
    }

    // Paper §6.1
    private static void handshakesAreFiveSecondsApart(Scenario s) {
        for (SimTunnel tunnel : List.of(s.alice, s.bob)) {
            long last = Long.MIN_VALUE / 2;
            for (SimTunnel.Sent sent : tunnel.sent()) {
                if (sent.kind() == MessageKind.INITIATION) {
                    assertThat(sent.time() - last)
                            .isGreaterThanOrEqualTo(PaperConstants.REKEY_TIMEOUT);
                    last = sent.time();
                }
                if (sent.kind() == MessageKind.RESPONSE) last = sent.time();
            }
        }
    }

    private static void dataIsForSomebodyWhoSaidWho(List<CapturedDatagram> all) {
        Set<Integer> said = new HashSet<>();
        for (CapturedDatagram seen : all) {
            if (isHandshake(seen)) said.add(seen.sender());
            if (isTransport(seen)) assertThat(said).contains(seen.receiver());
        }
    }

    // Paper §5.4.1
    private static void responderIsSilentUntilItHasHeardTheInitiator(List<CapturedDatagram> all) {
        Map<Integer, Integer> responderOf = new HashMap<>(); // by the initiator's index
        Set<Integer> heard = new HashSet<>();
        for (CapturedDatagram seen : all) {
            if (seen.kind() == MessageKind.RESPONSE)
                responderOf.put(seen.receiver(), seen.sender());
            if (!isTransport(seen)) continue;
            Integer responder = responderOf.get(seen.receiver());
            if (responder == null) heard.add(seen.receiver());
            else assertThat(heard).as("index of the responder").contains(responder);
        }
    }

    private static List<CapturedDatagram> transport(List<CapturedDatagram> all) {
        return all.stream().filter(OnTheWireTest::isTransport).toList();
    }

    private static boolean isTransport(CapturedDatagram seen) {
        return seen.kind() == MessageKind.DATA || seen.kind() == MessageKind.KEEPALIVE;
    }

    /// After whatever happened, a good network is all it takes.
    @Test
    void everyTroubleEnds() {
        Property.check(
                20,
                random -> {
                    Scenario s = troubled(random);
                    s.alice.queued(0);
                    s.bob.wants().delay(0);
                    s.network.conditions(Conditions.latency(20 * MILLISECOND));
                    s.alice.peer(s.bob).endpoint(s.bob.endpoint());
                    s.bob.peer(s.alice).endpoint(s.alice.endpoint());
                    List<Long> took = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        int before = s.bob.delivered().size();
                        s.alice.send(s.bob);
                        took.add(s.network.await(() -> s.bob.delivered().size() > before, MINUTE));
                        s.network.run(SECOND);
                    }
                    assertThat(took.getFirst()).isBetween(0L, 6 * SECOND);
                    assertThat(took.getLast()).isEqualTo(20 * MILLISECOND);
                });
    }
}
