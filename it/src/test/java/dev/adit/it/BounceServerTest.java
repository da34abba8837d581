package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Capture;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.IpHeaderView;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Router;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.WgDump;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Two clients behind one router, which hides them behind ports at random and forgets them after
/// three seconds of silence. They reach each other, and the laptop all of the internet, through a
/// server.
///
/// ```
/// ┌─────────────────────┐                   198.51.100.0/24
/// │ laptop: ours        │ 10.0.1.0/24        2001:db8:ffff::/64
/// │ 10.9.0.3  fd09::3   ├────────────┐ ┌────────┐    ┌────────────────────┐ ┌──────────────┐
/// └─────────────────────┘            ├─┤ router ├────┤ server             ├─┤ internet     │
/// ┌─────────────────────┐ 10.0.2.0/24│ │ .9     │    │ .1                 │ │ 203.0.113.7  │
/// │ phone               ├────────────┘ └────────┘    │ 10.9.0.1  fd09::1  │ │ 2001:db8:7::7│
/// │ 10.9.0.4  fd09::4   │                            └────────────────────┘ └──────────────┘
/// └─────────────────────┘
/// ```
@ParameterizedClass(name = "{0} serves, the phone has {1}, outside {2}")
@MethodSource("casts")
class BounceServerTest {

    @Parameter(0)
    Software serving;

    @Parameter(1)
    Software calling;

    @Parameter(2)
    String outside;

    private static Router router, exit;
    private static Netns pocket, internet;
    private static Machine laptop;
    private static Host server, phone;
    private static String laptopKey, before;

    static Stream<Arguments> casts() {
        Software ours = Software.subject();
        Software go = Software.wireguardGo(), newer = Software.newerWireguardGo();
        return Stream.of(
                Arguments.of(ours, go, "IPv4"),
                Arguments.of(ours, newer, "IPv6"),
                Arguments.of(go, ours, "IPv4"),
                Arguments.of(newer, ours, "IPv6"));
    }

    @BeforeParameterizedClassInvocation
    static void start(Software serving, Software calling, String outside) {
        Software.requireTool("nft");
        serving.required();
        calling.required();
        layCables();
        server = Host.start(exit.netns(), serving, PORT).address("10.9.0.1/24", "fd09::1/64").up();
        phone = Host.start(pocket, calling, PORT).address("10.9.0.4/24", "fd09::4/64").up();
        String endpoint = (outside.equals("IPv6") ? "[2001:db8:ffff::1]:" : "198.51.100.1:") + PORT;
        Keys keys = Keys.generate();
        laptopKey = keys.publicKey();
        server.set("peer", laptopKey, "allowed-ips", "10.9.0.3/32,fd09::3/128");
        server.set("peer", phone.publicKey(), "allowed-ips", "10.9.0.4/32,fd09::4/128");
        phone.set(
                "peer",
                server.publicKey(),
                "allowed-ips",
                "10.9.0.0/24,fd09::/64",
                "endpoint",
                endpoint,
                "persistent-keepalive",
                "1");
        before = laptop.state();
        laptop.write("wg0.conf", CONF.formatted(keys.privateKey(), server.publicKey(), endpoint));
        laptop.up("wg0.conf");
        for (String client : List.of(laptopKey, phone.publicKey())) {
            Await.until(server::report, Duration.ofSeconds(10), () -> at(client).handshake() > 0);
        }
    }

    private static void layCables() {
        laptop = Machine.create("l");
        pocket = Netns.create("p");
        router = Router.create("r");
        exit = Router.create("s");
        internet = Netns.create("i");
        router.inside("lan1", laptop.netns(), "10.0.1", "fd00:1");
        router.inside("lan2", pocket, "10.0.2", "fd00:2");
        router.netns().connect("wan", exit.netns(), "eth0");
        router.netns().address("wan", "198.51.100.9/24", "2001:db8:ffff::9/64");
        exit.netns().address("eth0", "198.51.100.1/24", "2001:db8:ffff::1/64");
        exit.netns().connect("wan", internet, "eth0");
        exit.netns().address("wan", "203.0.113.1/24", "2001:db8:7::1/64");
        internet.address("eth0", INTERNET_V4 + "/24", INTERNET_V6 + "/64");
        exit.hide("");
        router.hide("to :20000-39999 random,fully-random");
        router.netns()
                .run(
                        "sysctl",
                        "-qw",
                        "net.netfilter.nf_conntrack_udp_timeout=3",
                        "net.netfilter.nf_conntrack_udp_timeout_stream=3");
    }

    /// All is taken down as it was brought up, and then all is as it was.
    @AfterParameterizedClassInvocation
    static void stop() {
        try {
            if (before != null) {
                laptop.down("wg0.conf");
                laptop.awaitState(before);
            }
        } finally {
            for (Netns netns : new Netns[] {pocket, internet}) if (netns != null) netns.close();
            for (Router each : new Router[] {router, exit}) if (each != null) each.close();
            if (laptop != null) laptop.close();
            before = null;
        }
    }

    @Test
    void keepalivesKeepThePortsThatTheRouterChose() {
        String ofLaptop = at(laptopKey).endpoint(), ofPhone = at(phone.publicKey()).endpoint();
        assertThat(ofLaptop).isNotEqualTo(ofPhone).doesNotEndWith(":" + PORT);
        Await.pass(Duration.ofSeconds(5)); // without a keepalive the router would have forgotten
        assertClientsAnswer();
        assertThat(at(laptopKey).endpoint()).isEqualTo(ofLaptop);
        assertThat(at(phone.publicKey()).endpoint()).isEqualTo(ofPhone);
    }

    @Test
    void aRouterThatStartsAgainCostsThePortsButNoSession() {
        String range = port(laptopKey) < 40_000 ? "40000-59999" : "20000-39999";
        long handshakes = at(laptopKey).handshake() + at(phone.publicKey()).handshake();
        router.hide("to :" + range + " random,fully-random");
        router.restart();
        int lowest = Integer.parseInt(range.substring(0, 5));
        for (String client : List.of(laptopKey, phone.publicKey())) {
            Await.until(
                    server::report,
                    Duration.ofSeconds(10),
                    () -> port(client) >= lowest && port(client) < lowest + 20_000);
        }
        assertClientsAnswer();
        assertThat(at(laptopKey).handshake() + at(phone.publicKey()).handshake())
                .isEqualTo(handshakes);
    }

    @Test
    void clientsReachEachOtherThroughTheServer() {
        for (String address : List.of("10.9.0.4", "fd09::4")) laptop.assertReaches(address);
        for (String address : List.of("10.9.0.3", "fd09::3")) assertReaches(pocket, address);
        // One hop more than to the server.
        assertThat(pocket.ping("10.9.0.3", 4).ok().out()).contains(" ttl=63 ");
        assertThat(pocket.ping("10.9.0.1", 4).ok().out()).contains(" ttl=64 ");
    }

    @Test
    void theInternetSeesTheServerAndTheHomeNothingButTheTunnel() {
        Netns home = router.netns();
        try (Capture all = Capture.start(home, "lan1", "udp port " + PORT);
                Capture leaks = Capture.start(home, "lan1", NOT_THE_TUNNEL);
                Capture seen = Capture.start(internet, "eth0", "icmp or " + ECHO_V6)) {
            for (String address : List.of(INTERNET_V4, INTERNET_V6, "10.9.0.4", "fd09::4")) {
                laptop.assertReaches(address);
            }
            for (Predicate<IpHeaderView> family :
                    List.<Predicate<IpHeaderView>>of(IpHeaderView::v6, p -> !p.v6())) {
                IpHeaderView echo = seen.await("an echo request", family);
                assertThat(echo.sourceHost()).as("the server").isEqualTo(1);
            }
            all.await("the tunnel", packet -> packet.messageType() == DATA);
            // A neighbour is not reached through the tunnel. There is nothing before these two.
            laptop.assertReaches("10.0.1.1");
            leaks.await("an answer of the router", packet -> packet.sourceHost() == 1);
            assertThat(leaks.packets()).hasSize(2);
        }
    }

    private static void assertClientsAnswer() {
        for (String address : List.of("10.9.0.3", "fd09::3", "10.9.0.4", "fd09::4")) {
            assertReaches(exit.netns(), address);
        }
    }

    private static void assertReaches(Netns from, String address) {
        Outcome ping = from.ping(address, 4);
        assertThat(ping.succeeded()).as(() -> ping + server.report() + phone.report()).isTrue();
    }

    /// What the server knows of a client.
    private static WgDump.Peer at(String client) {
        return server.dump().peer(client);
    }

    private static int port(String client) {
        String endpoint = at(client).endpoint();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    private static final int PORT = 51820, DATA = 4;
    private static final String INTERNET_V4 = "203.0.113.7", INTERNET_V6 = "2001:db8:7::7";

    /// But for what neighbours have to say to each other, and multicast routers (ICMPv6 with
    /// options).
    private static final String NOT_THE_TUNNEL =
            "(ip or ip6) and not udp port 51820 and not ip6[6] == 0"
                    + " and not (icmp6 and ip6[40] >= 130 and ip6[40] <= 143)";

    private static final String ECHO_V6 = "(icmp6 and ip6[40] == 128)";

    private static final String CONF =
            """
            [Interface]
            Address = 10.9.0.3/32, fd09::3/128
            ListenPort = 51820
            PrivateKey = %s

            [Peer]
            PublicKey = %s
            AllowedIPs = 0.0.0.0/0, ::/0
            Endpoint = %s
            PersistentKeepalive = 1
            """;
}
