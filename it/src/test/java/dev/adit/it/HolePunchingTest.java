package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Capture;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Router;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.stream.Stream;

/// Two peers behind routers that drop what nobody has asked for. Each has `ListenPort = 12000`,
/// `Endpoint = <the other's router>:12000` and `PersistentKeepalive = 25`.
///
/// ```
/// ┌───────────────┐    ┌────────────┐  198.51.100.0/24  ┌────────────┐    ┌────────────────┐
/// │ peer1: ours   ├────┤ router1 .1 ├───────────────────┤ .2 router2 ├────┤ peer2: another │
/// │ 10.0.1.2      │    └────────────┘                   └────────────┘    │ 10.0.2.2       │
/// └───────────────┘                                                       └────────────────┘
/// ```
///
/// What peer1 sends is dropped by router2, but lets router1 expect an answer from there. So what
/// peer2 sends passes router1, if router2 has not given it another port.
@ParameterizedClass(name = "with {0}")
@MethodSource("others")
class HolePunchingTest {

    @Parameter Software other;

    private Router router1, router2;
    private Netns inside1, inside2;
    private Host peer1, peer2;

    static Stream<Software> others() {
        return Stream.of(Software.subject(), Software.wireguardGo(), Software.newerWireguardGo());
    }

    @BeforeEach
    void start() {
        other.required();
        router1 = Router.create("r1");
        router2 = Router.create("r2");
        inside1 = Netns.create("p1");
        inside2 = Netns.create("p2");
        router1.netns().connect("wan", router2.netns(), "wan");
        router1.netns().address("wan", "198.51.100.1/24");
        router2.netns().address("wan", "198.51.100.2/24");
        router1.inside("lan", inside1, "10.0.1", "fd00:1");
        router2.inside("lan", inside2, "10.0.2", "fd00:2");
        peer1 = Host.start(inside1, Software.subject(), PORT).address("10.9.0.1/24").up();
        peer2 = Host.start(inside2, other, PORT).address("10.9.0.2/24").up();
    }

    @AfterEach
    void stop() {
        for (Netns netns : new Netns[] {inside1, inside2}) if (netns != null) netns.close();
        for (Router router : new Router[] {router1, router2}) if (router != null) router.close();
    }

    @Test
    void portsThatStayAreEnough() {
        router1.hide("");
        router2.hide("");
        try (Capture street = Capture.start(router2.netns(), "wan", "udp")) {
            introduce(peer1, peer2, "198.51.100.2");
            street.await("a first packet, in vain", packet -> packet.messageType() == INITIATION);
            assertThat(peer2.dump().peers()).isEmpty();
            introduce(peer2, peer1, "198.51.100.1");
            awaitHandshake();
            assertThat(street.packets()).allMatch(packet -> packet.sourcePort() == PORT);
        }
        assertReachEachOther();
        assertThat(peer1.dump().peer().endpoint()).isEqualTo("198.51.100.2:12000");
        assertThat(peer2.dump().peer().endpoint()).isEqualTo("198.51.100.1:12000");
    }

    /// Both sides keep trying, and neither hears anything: so it looks from inside, and a look at
    /// the ports outside says why.
    @Test
    void portsAtRandomAreTooMuch() {
        router1.hide(AT_RANDOM);
        router2.hide(AT_RANDOM);
        try (Capture street = Capture.start(router2.netns(), "wan", "udp")) {
            introduce(peer1, peer2, "198.51.100.2");
            introduce(peer2, peer1, "198.51.100.1");
            peer1.daemon()
                    .awaitOutput(
                            "Handshake for peer 1 did not complete after 5 seconds, retrying (try"
                                    + " 2)");
            for (int router : new int[] {1, 2}) {
                street.await("packets of both", packet -> packet.sourceHost() == router);
            }
            assertThat(street.packets())
                    .allMatch(packet -> packet.messageType() == INITIATION)
                    .allMatch(packet -> packet.sourcePort() / 10_000 == 2);
        }
        for (Host host : new Host[] {peer1, peer2}) {
            assertThat(host.dump().peer().handshake()).isZero();
            assertThat(host.dump().peer().received()).isZero();
        }
        assertThat(peer1.dump().peer().sent()).isPositive();
        // The host asks for routers in its tunnels too.
        assertThat(peer1.drops().keySet())
                .as("nothing came that could be dropped")
                .isSubsetOf("no-route");
    }

    @Test
    void oneForwardedPortHelpsBoth() {
        router1.hide(AT_RANDOM);
        router2.hide("").forward(PORT, "10.0.2.2");
        introduce(peer1, peer2, "198.51.100.2");
        introduce(peer2, peer1, "198.51.100.1");
        awaitHandshake();
        assertReachEachOther();
        assertThat(peer2.dump().peer().endpoint()).matches("198.51.100.1:2....");
    }

    private static void introduce(Host host, Host peer, String router) {
        String number = router.substring(router.length() - 1);
        host.set(
                "peer",
                peer.publicKey(),
                "allowed-ips",
                "10.9.0." + number + "/32",
                "endpoint",
                router + ":" + PORT,
                "persistent-keepalive",
                "25");
    }

    private void awaitHandshake() {
        Await.until(
                () -> peer1.report() + peer2.report(),
                Duration.ofSeconds(15),
                () -> peer1.dump().peer().handshake() > 0 && peer2.dump().peer().handshake() > 0);
    }

    private void assertReachEachOther() {
        assertThat(inside1.pings("10.9.0.2", 2)).as(peer1::report).isTrue();
        assertThat(inside2.pings("10.9.0.1", 2)).as(peer2::report).isTrue();
    }

    private static final int PORT = 12_000, INITIATION = 1;
    private static final String AT_RANDOM = "to :20000-29999 random,fully-random";
}
