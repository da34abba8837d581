package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.stream.Stream;

/// The most common mistake in routes: all traffic goes into the tunnel, that of the tunnel too.
/// What is sealed for b comes back to be sealed for b.
///
/// ```
/// ┌─ a: ours ────────────────────────────┐              ┌─ b: another ──────┐
/// │ WireGuard ◄── 192.0.2.2, 2001:db8::2 │              │ 10.9.0.2  fd09::2 │
/// │     └───►───────┘                    │              │                   │
/// │                                 eth0 ├──────────────┤ 192.0.2.2         │
/// └──────────────────────────────────────┘              │ 2001:db8::2       │
///                                                       └───────────────────┘
/// ```
@ParameterizedClass(name = "with {0}")
@MethodSource("others")
class LoopTest {

    @Parameter Software other;

    private Pair pair;
    private Host a;

    static Stream<Software> others() {
        return Stream.of(Software.other(), Software.newerWireguardGo());
    }

    @BeforeEach
    void start() {
        Software ours = Software.subject().requiredToDo("recognise loops");
        pair = Pair.start(ours, other);
        a = pair.a();
    }

    @AfterEach
    void stop() {
        if (pair != null) pair.close();
    }

    @ParameterizedTest(name = "IPv6 outside: {0}")
    @ValueSource(booleans = {false, true})
    void whatComesBackIsDroppedOnceAndAllGoesOnWithTheRightRoute(boolean v6) {
        pair.introduce(v6, null);
        allIsAllowed();
        pair.assertReaches(a);
        assertThat(a.drops("routing-loop")).isZero();
        route("add", v6);
        // Until then an IPv4 session stays with the cable that it has heard the peer from.
        a.set("peer", pair.b().publicKey(), "endpoint", a.dump().peer().endpoint());
        long inside = a.netns().statistic(a.device(), "tx_packets");
        long outside = a.netns().statistic("eth0", "tx_packets");
        a.netns()
                .command("ping", "-n", "-q", "-c", "50", "-i", "0.02", "-W", "1", "10.9.0.2")
                .run();
        Await.until(a::report, Duration.ofSeconds(20), () -> a.drops("routing-loop") >= 50);
        Await.pass(Duration.ofSeconds(1)); // a storm would go on
        inside = a.netns().statistic(a.device(), "tx_packets") - inside;
        outside = a.netns().statistic("eth0", "tx_packets") - outside;
        // Each packet as it was, and once more as it came back.
        assertThat(inside).isBetween(100L, 120L);
        assertThat(a.drops("routing-loop")).isBetween(50L, 70L);
        assertThat(outside).isLessThan(10);
        assertThat(a.daemon().output()).contains("Packet looped:");

        route("delete", v6);
        pair.awaitReaches(a, "10.9.0.2", Duration.ofSeconds(10));
        pair.assertReaches(a);
        pair.assertReaches(pair.b());
    }

    @ParameterizedTest(name = "IPv6 outside: {0}")
    @ValueSource(booleans = {false, true})
    void aHandshakeThatComesBackIsTriedAgainWithTheRightRoute(boolean v6) {
        route("add", v6);
        pair.introduce(v6, null);
        allIsAllowed();
        assertThat(a.netns().pings("10.9.0.2", 0.5)).isFalse();
        Await.until(a::report, Duration.ofSeconds(5), () -> a.drops("routing-loop") == 1);
        assertThat(a.dump().peer().handshake()).isZero();
        route("delete", v6);
        pair.awaitReaches(a, "10.9.0.2", Duration.ofSeconds(12)); // the retry after 5 s
        pair.assertReaches(a);
    }

    private void allIsAllowed() {
        a.set("peer", pair.b().publicKey(), "allowed-ips", "0.0.0.0/0,::/0");
    }

    /// Leads the packets for the peer's endpoint into the tunnel, or no longer.
    private void route(String verb, boolean v6) {
        String endpoint = v6 ? "2001:db8::2/128" : "192.0.2.2/32";
        a.netns().run("ip", "route", verb, endpoint, "dev", a.device());
    }
}
