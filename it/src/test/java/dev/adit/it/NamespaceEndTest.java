package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.time.Duration;

/// The interface is in another namespace than its daemon, and one of the two goes away.
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
class NamespaceEndTest {
    private Pair pair;
    private Host a;
    private Netns c;

    @BeforeEach
    void start() {
        pair = Pair.start(Software.subject(), Software.other()).introduce();
        a = pair.a();
        c = Netns.create("c");
        a.netns().move(a.device(), c);
        arrive(c);
        awaitAnswer(c);
    }

    @AfterEach
    void stop() {
        if (pair != null) pair.close();
        if (c != null) c.close();
    }

    @Test
    void aDaemonEndsWithTheNamespaceOfItsInterface() {
        c.close();
        assertThat(a.daemon().endsWithin(Duration.ofSeconds(10))).as(pair::report).isTrue();
        assertThat(a.daemon().outcome(Duration.ZERO).status()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void aDaemonThatEndsTakesItsInterfaceFromThere() {
        a.close();
        Await.until(
                "no interface in " + c.name(),
                Duration.ofSeconds(5),
                () -> c.run("ls", "/sys/class/net").lines().size() == 1); // lo
        assertThat(c.run("ip", "route").out()).isBlank();
        assertNothingIsLeft();
    }

    @Test
    void theInterfaceMayComeBack() {
        c.move(a.device(), a.netns());
        arrive(a.netns());
        awaitAnswer(a.netns());
        pair.assertReaches(pair.b());
        assertThat(c.run("ls", "/sys/class/net").lines()).hasSize(1);
        a.netns().run("ip", "link", "delete", a.device());
        assertThat(a.daemon().endsWithin(Duration.ofSeconds(3))).isTrue();
        assertNothingIsLeft();
    }

    private void arrive(Netns netns) {
        netns.address(a.device(), "10.9.0.1/24", "fd09::1/64");
        netns.run("ip", "link", "set", a.device(), "up");
    }

    private void awaitAnswer(Netns netns) {
        for (String address : new String[] {"10.9.0.2", "fd09::2"}) {
            Await.until(pair::report, Duration.ofSeconds(12), () -> netns.pings(address, 0.5));
        }
    }

    private void assertNothingIsLeft() {
        Await.until(
                "nothing runs in " + a.netns().name(),
                Duration.ofSeconds(5),
                () -> a.netns().pids().isEmpty());
        assertThat(Files.exists(a.socket())).isFalse();
        assertThat(a.hasInterface()).isFalse();
        assertThat(a.netns().run("ss", "-Huan").out()).isBlank();
    }
}
