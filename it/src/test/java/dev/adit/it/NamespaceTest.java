package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.stream.Stream;

/// The interface may go to another namespace, its sockets stay where the daemon is.
///
/// ```
/// ┌────────────────────┐
/// │ c: nothing but     │
/// │ 10.9.0.1  fd09::1  │
/// └─────────┬──────────┘
///           │ WireGuard
/// ┌─────────┴──────────┐        ┌────────────────────┐
/// │ a: ours            ├────────┤ b: another         │
/// └────────────────────┘        │ 10.9.0.2  fd09::2  │
///                               └────────────────────┘
/// ```
class NamespaceTest {

    static Stream<Software> others() {
        return Stream.of(Software.wireguardGo(), Software.newerWireguardGo());
    }

    @ParameterizedTest
    @MethodSource("others")
    void theInterfaceWorksInTheNamespaceItWasMovedTo(Software other) {
        try (Pair pair = Pair.start(Software.subject(), other);
                Netns c = Netns.create("c")) {
            pair.introduce();
            pair.assertReaches(pair.a());
            Host a = pair.a();
            a.netns().run("ip", "link", "set", a.device(), "netns", c.name());
            c.address(a.device(), "10.9.0.1/24", "fd09::1/64");
            c.run("ip", "link", "set", a.device(), "up");
            for (String address : new String[] {"10.9.0.2", "fd09::2"}) {
                Await.until(pair::report, Duration.ofSeconds(12), () -> c.pings(address, 0.5));
            }
            assertThat(pair.b().netns().pings("10.9.0.1", 2)).isTrue();
            assertThat(a.netns().pings("10.9.0.2", 0.3)).isFalse();

            c.run("ip", "link", "set", a.device(), "mtu", "1300");
            assertThat(c.pings("10.9.0.2", 2, "-M", "do", "-s", "1272")).isTrue();

            c.run("ip", "link", "delete", a.device());
            assertThat(a.daemon().endsWithin(Duration.ofSeconds(3))).isTrue();
        }
    }
}
