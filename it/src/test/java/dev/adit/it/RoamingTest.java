package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.HashOverTcp;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.stream.Stream;

/// Both ends move in the middle of a TCP connection, which notices nothing but a pause.
///
/// ```
/// ┌─ a, the client ──┐                    ┌─ b, the server ──────┐
/// │ 192.0.2.1:51820  │   192.0.2.0/24     │ 192.0.2.2:51821      │
/// │ 192.0.2.11:51820 │   2001:db8::/64    │                      │
/// │ 192.0.2.11:51999 ├────────────────────┤                      │
/// │ 2001:db8::1      │     40 Mbit/s      │ 2001:db8::2          │
/// │                  │                    │ 2001:db8::22         │
/// └──────────────────┘   40 MB from b     └──────────────────────┘
/// ```
///
/// A client that only listens is found again after its next keepalive.
class RoamingTest {
    private Pair pair;
    private Host a, b;

    static Stream<Arguments> pairs() {
        Software ours = Software.subject();
        Software go = Software.wireguardGo(), newer = Software.newerWireguardGo();
        return Stream.of(
                Arguments.of(ours, ours),
                Arguments.of(ours, go),
                Arguments.of(go, ours),
                Arguments.of(ours, newer),
                Arguments.of(newer, ours));
    }

    @AfterEach
    void stop() {
        if (pair != null) pair.close();
    }

    @ParameterizedTest(name = "{0} downloads from {1}")
    @MethodSource("pairs")
    void everyByteArrivesWhereverTheyGo(Software atA, Software atB) {
        Software.requireTool("tc");
        start(atA, atB);
        String bytes = "40000000";
        Running serve = b.netns().start(HashOverTcp.in(b.netns(), "serve", "80", bytes));
        b.netns().awaitTcpPort(80);
        Running fetch = a.netns().start(HashOverTcp.in(a.netns(), "fetch", "10.9.0.2", "80"));
        awaitMoreBytes();

        readdress(a, "192.0.2.1/24", "192.0.2.11/24");
        awaitMoreBytes();
        assertThat(b.dump().peer().endpoint()).isEqualTo("192.0.2.11:51820");

        a.set("listen-port", "51999");
        awaitMoreBytes();
        assertThat(b.dump().peer().endpoint()).isEqualTo("192.0.2.11:51999");

        // Else what the server still sends would lead the client back.
        a.netns().run("ip", "address", "delete", "192.0.2.11/24", "dev", "eth0");
        a.set("peer", b.publicKey(), "endpoint", "[2001:db8::2]:51821");
        awaitMoreBytes();
        assertThat(b.dump().peer().endpoint()).isEqualTo("[2001:db8::1]:51999");

        readdress(b, "2001:db8::2/64", "2001:db8::22/64");
        awaitMoreBytes();
        assertThat(a.dump().peer().endpoint()).isEqualTo("[2001:db8::22]:51821");

        assertThat(fetch.alive() && serve.alive()).as("all that in one connection").isTrue();
        Outcome got = fetch.outcome(Duration.ofSeconds(60));
        Outcome sent = serve.outcome(Duration.ofSeconds(5)).ok();
        assertThat(got.out()).as(() -> got + pair.report()).isEqualTo(sent.out());
        assertThat(got.out()).startsWith(bytes + " ");
    }

    private void start(Software atA, Software atB) {
        pair = Pair.start(atA, atB).introduce();
        a = pair.a();
        b = pair.b();
        a.set("peer", b.publicKey(), "persistent-keepalive", "1");
        pair.assertReaches(a);
        String slow = "tc qdisc add dev eth0 root tbf rate 40mbit burst 64kb latency 50ms";
        b.netns().run(slow.split(" "));
    }

    private void readdress(Host host, String before, String after) {
        host.netns().run("ip", "address", "delete", before, "dev", "eth0");
        host.netns().address("eth0", after);
        // wireguard-go goes on with a source address that is gone: see InteropTest.
        if (!host.software().go()) return;
        String peer = (host == a ? b : a).publicKey();
        host.set("peer", peer, "endpoint", host.dump().peer().endpoint());
    }

    /// Waits until the download has got a good deal further.
    private void awaitMoreBytes() {
        long goal = bytes() + 2_000_000;
        Await.until(pair::report, Duration.ofSeconds(20), () -> bytes() >= goal);
    }

    private long bytes() {
        return a.netns().statistic(a.device(), "rx_bytes");
    }
}
