package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/// Tunnels that broke heal by themselves.
///
/// ```
/// ┌─────────┐                     ┌────────────┐
/// │ a: ours ├─────────────────────┤ b: another │
/// └─────────┘                     └────────────┘
/// ```
class RecoveryTest {

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.start(Software.subject(), Software.other());
    }

    @AfterAll
    static void stop() {
        if (pair != null) pair.close();
    }

    @BeforeEach
    void introduce() {
        pair.introduce();
    }

    @Test
    void findsAPeerAgainThatForgotItsSession() {
        pair.assertReaches(pair.a(), "10.9.0.2");
        pair.b().restart();
        // Data without an answer for 15 s, and a new handshake.
        pair.awaitReaches(pair.a(), "10.9.0.2", Duration.ofSeconds(25));
    }

    @Test
    void connectsOnceTheKeysAgree() {
        String key = Keys.preshared();
        pair.introduce(false, key);
        pair.b().set("peer", pair.a().publicKey(), "preshared-key", "/dev/null");
        assertThat(pair.a().netns().pings("10.9.0.2", 0.5)).isFalse();
        pair.b()
                .netns()
                .command(
                        "wg",
                        "set",
                        pair.b().device(),
                        "peer",
                        pair.a().publicKey(),
                        "preshared-key",
                        "/dev/stdin")
                .input(key + "\n")
                .run()
                .ok();
        pair.awaitReaches(pair.a(), "10.9.0.2", Duration.ofSeconds(12)); // the retry after 5 s
    }

    @Test
    void survivesACableThatWasOut() {
        pair.assertReaches(pair.a(), "10.9.0.2");
        pair.a().netns().run("ip", "link", "set", "eth0", "down");
        assertThat(pair.a().netns().pings("10.9.0.2", 0.5)).isFalse();
        pair.a().netns().run("ip", "link", "set", "eth0", "up");
        pair.awaitReaches(pair.a(), "10.9.0.2", Duration.ofSeconds(25));
    }

    @Test
    void goesOnAfterTheInterfaceWasDown() {
        pair.assertReaches(pair.a(), "10.9.0.2");
        pair.a().netns().run("ip", "link", "set", pair.a().device(), "down");
        try {
            // wireguard-go keeps them.
            if (!pair.a().software().go()) {
                Await.until(
                        "the UDP sockets are closed",
                        Duration.ofSeconds(5),
                        () -> pair.a().netns().run("ss", "-Huan").out().isBlank());
            }
        } finally {
            pair.a().up();
        }
        pair.assertReaches(pair.a(), "10.9.0.2");
        pair.assertReaches(pair.b(), "10.9.0.1");
    }

    @Test
    void losesNothingWhenKeysAreRenewed() {
        assumeTrue(Boolean.getBoolean("adit.it.long"), "-Dadit.it.long=true: takes over 2 minutes");
        pair.assertReaches(pair.a(), "10.9.0.2");
        long first = pair.a().dump().peer().handshake();
        String ping = "ping -n -q -i 0.2 -c 1300 -W 2 10.9.0.2";
        assertThat(
                        pair.a()
                                .netns()
                                .command(ping.split(" "))
                                .within(Duration.ofMinutes(6))
                                .run()
                                .ok()
                                .out())
                .contains(" 0% packet loss");
        assertThat(pair.a().dump().peer().handshake()).isGreaterThanOrEqualTo(first + 240);
    }
}
