package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Capture;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

/// A packet is padded up to the MTU of its route and not to that of the interface, so that what is
/// sent outside is no longer than the path allows for which the route has its MTU.
///
/// ```
/// ┌───────────────────┐               ┌─────────┐
/// │ a: ours, MTU 1300 ├───────────────┤ b: ours │
/// │ route: MTU 1299   │               └─────────┘
/// └───────────────────┘
/// ```
class RouteMtuTest {
    private static Pair pair;

    @BeforeAll
    static void start() {
        Software software = Software.subject().requiredToDo("pad up to the MTU of a route");
        pair = Pair.start(software, software).introduce();
        pair.a().mtu(1300);
        pair.assertReaches(pair.a());
    }

    @AfterAll
    static void stop() {
        if (pair != null) pair.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"10.9.0.2, 28", "fd09::2, 48"})
    void limitsThePadding(String address, int headers) {
        assertThat(outerLength(address, 1299 - headers)).isEqualTo(1300 + 32);
        route("add", address, "1299");
        awaitRoutes("[1299]");
        assertThat(outerLength(address, 1299 - headers)).isEqualTo(1299 + 32);
        assertThat(outerLength(address, 1280 - headers)).isEqualTo(1280 + 32);
        route("replace", address, "1298");
        awaitRoutes("[1298]");
        assertThat(outerLength(address, 1298 - headers)).isEqualTo(1298 + 32);
        route("del", address, "1298");
        awaitRoutes("[]");
        assertThat(outerLength(address, 1299 - headers)).isEqualTo(1300 + 32);
    }

    private static void route(String verb, String address, String mtu) {
        Netns netns = pair.a().netns();
        netns.run("ip", "route", verb, address, "dev", pair.a().device(), "mtu", mtu);
    }

    private static void awaitRoutes(String mtus) {
        Await.until(
                pair::report,
                Duration.ofSeconds(5),
                () -> {
                    String log = pair.a().daemon().output();
                    int last = log.lastIndexOf(CHANGED);
                    return last >= 0 && log.startsWith(mtus, last + CHANGED.length());
                });
    }

    /// The length of the UDP payload that an echo request with that many bytes becomes.
    private static int outerLength(String address, int bytes) {
        try (Capture outside = Capture.start(pair.b().netns(), "eth0", "udp dst port 51821")) {
            pair.assertReaches(pair.a(), address, "-M", "do", "-s", String.valueOf(bytes));
            return outside.await("a long packet", p -> p.udpLength() > 1000).udpLength();
        }
    }

    private static final String CHANGED = "MTUs of routes updated: ";
}
