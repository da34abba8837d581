package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.WgDump;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Stream;

/// Every pair of programs on one cable; `a` calls, `b` answers.
///
/// ```
/// ┌─────────────────────────┐                 ┌─────────────────────────┐
/// │ a            10.9.0.1   │                 │ b            10.9.0.2   │
/// │ WireGuard    fd09::1    │                 │ WireGuard    fd09::2    │
/// │                         │  192.0.2.0/24   │                         │
/// │ eth0         192.0.2.1  │  2001:db8::/64  │ eth0         192.0.2.2  │
/// │ :51820       2001:db8::1├─────────────────┤ :51821       2001:db8::2│
/// └─────────────────────────┘                 └─────────────────────────┘
/// ```
@ParameterizedClass(name = "{0} calls {1}")
@MethodSource("pairs")
class InteropTest {

    @Parameter(0)
    Software caller;

    @Parameter(1)
    Software answerer;

    private static Pair pair;

    static Stream<Arguments> pairs() {
        Software subject = Software.subject();
        Software go = Software.wireguardGo(), newer = Software.newerWireguardGo();
        return Stream.of(
                Arguments.of(subject, subject),
                Arguments.of(subject, go),
                Arguments.of(go, subject),
                Arguments.of(subject, newer),
                Arguments.of(newer, subject));
    }

    @BeforeParameterizedClassInvocation
    static void start(Software caller, Software answerer) {
        pair = Pair.start(caller, answerer);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (pair != null) pair.close();
        pair = null;
    }

    @ParameterizedTest(name = "IPv6 outside: {0}, preshared key: {1}")
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void carriesIpv4AndIpv6(boolean outsideV6, boolean preshared) {
        introduce(outsideV6, preshared ? Keys.preshared() : null);
        pair.assertReaches(pair.a());
        pair.assertReaches(pair.b());
        for (Host host : new Host[] {pair.a(), pair.b()}) {
            WgDump.Peer peer = host.dump().peer();
            assertThat(peer.handshake()).isGreaterThan(System.currentTimeMillis() / 1000 - 60);
            assertThat(peer.received()).isGreaterThan(500);
            assertThat(peer.sent()).isGreaterThan(500);
        }
    }

    @Test
    void aPeerWithoutAnEndpointIsReachableOnceItHasCalled() {
        introduce(false, null);
        assertThat(pair.b().dump().peer().endpoint()).isEqualTo("(none)");
        assertThat(pair.b().netns().pings("10.9.0.1", 0.3)).isFalse();
        pair.assertReaches(pair.a(), "10.9.0.2");
        assertThat(pair.b().dump().peer().endpoint()).isEqualTo("192.0.2.1:" + Pair.PORT_A);
        pair.assertReaches(pair.b(), "10.9.0.1");
    }

    @Test
    void aPresharedKeyThatOnlyOneKnowsConnectsNobody() {
        introduce(false, Keys.preshared());
        pair.b().set("peer", pair.a().publicKey(), "preshared-key", "/dev/null");
        assertThat(pair.a().netns().pings("10.9.0.2", 0.5)).isFalse();
        assertThat(pair.a().dump().peer().handshake()).isZero();
    }

    @Test
    void theSideThatRestartedIsHeardAtOnce() {
        introduce(false, null);
        pair.assertReaches(pair.a());
        pair.b().restart();
        pair.assertReaches(pair.b());
        pair.assertReaches(pair.a());
        pair.a().restart();
        pair.assertReaches(pair.a());
        pair.assertReaches(pair.b());
    }

    @Test
    void followsAPeerToAnotherPort() {
        introduce(false, null);
        pair.assertReaches(pair.a(), "10.9.0.2");
        try {
            pair.b().set("listen-port", "51999");
            pair.b().netns().awaitUdpPort(51999);
            pair.assertReaches(pair.b(), "10.9.0.1");
            assertThat(pair.a().dump().peer().endpoint()).isEqualTo("192.0.2.2:51999");
            pair.assertReaches(pair.a(), "10.9.0.2");
        } finally {
            pair.b().set("listen-port", String.valueOf(Pair.PORT_B));
            pair.b().netns().awaitUdpPort(Pair.PORT_B);
        }
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({"192.0.2.2/24,192.0.2.22/24", "2001:db8::2/64,2001:db8::22/64"})
    void followsAPeerToAnotherAddress(String before, String after) {
        boolean v6 = before.contains(":");
        Netns netns = pair.b().netns();
        introduce(v6, null);
        pair.assertReaches(pair.a(), "10.9.0.2");
        try {
            netns.run("ip", "address", "delete", before, "dev", "eth0");
            netns.address("eth0", after);
            if (answerer.go()) forgetSource(pair.b(), pair.a());
            pair.assertReaches(pair.b(), "10.9.0.1");
            assertThat(pair.a().dump().peer().endpoint())
                    .isEqualTo((v6 ? "[2001:db8::22]:" : "192.0.2.22:") + Pair.PORT_B);
            pair.assertReaches(pair.a(), "10.9.0.2");
        } finally {
            netns.run("ip", "address", "delete", after, "dev", "eth0");
            netns.address("eth0", before);
        }
    }

    @Test
    void carriesPacketsBetweenLinkLocalAddresses() {
        introduce(true, null);
        String left = "[" + pair.a().netns().linkLocal("eth0") + "%eth0]:" + Pair.PORT_A;
        String right = "[" + pair.b().netns().linkLocal("eth0") + "%eth0]:" + Pair.PORT_B;
        pair.a().set("peer", pair.b().publicKey(), "endpoint", right);
        pair.assertReaches(pair.a());
        pair.assertReaches(pair.b());
        assertThat(scopedEndpoint(pair.a())).isEqualTo(right);
        assertThat(scopedEndpoint(pair.b())).isEqualTo(left);
    }

    /// Where `host` says that its peer is. wireguard-go may leave out the interface.
    private static String scopedEndpoint(Host host) {
        String endpoint = host.dump().peer().endpoint();
        boolean lacks = host.software().go() && !endpoint.contains("%");
        return lacks ? endpoint.replace("]", "%eth0]") : endpoint;
    }

    /// Makes the two peers, as if they never were.
    private void introduce(boolean outsideV6, String presharedKey) {
        pair.separate();
        // wireguard-go of 2023 reuses a buffer of 4 bytes for IPv6 addresses once it spoke IPv4.
        if (outsideV6 && caller.go()) pair.a().restart();
        if (outsideV6 && answerer.go()) pair.b().restart();
        pair.introduce(outsideV6, presharedKey);
    }

    /// Makes `host` choose a source address again. wireguard-go keeps one that has gone when the
    /// system says ENETUNREACH to it, as newer kernels do, and not EINVAL.
    private static void forgetSource(Host host, Host peer) {
        String endpoint = host.dump().peer().endpoint();
        host.set("peer", peer.publicKey(), "endpoint", endpoint);
    }

    @ParameterizedTest(name = "MTU {0}")
    @ValueSource(ints = {1280, 1420, 9000})
    void carriesPacketsUpToTheMtu(int mtu) {
        introduce(false, null);
        for (Host host : new Host[] {pair.a(), pair.b()}) {
            host.netns().run("ip", "link", "set", "eth0", "mtu", mtu == 9000 ? "9080" : "1500");
            host.mtu(mtu);
        }
        for (int less : new int[] {0, 1, 7, 15, 16, 17}) {
            String v4 = String.valueOf(mtu - 28 - less), v6 = String.valueOf(mtu - 48 - less);
            pair.assertReaches(pair.a(), "10.9.0.2", "-M", "do", "-s", v4);
            pair.assertReaches(pair.a(), "fd09::2", "-M", "do", "-s", v6);
        }
        for (int size = 0; size < 20; size++) {
            pair.assertReaches(pair.b(), "10.9.0.1", "-s", String.valueOf(size));
        }
        for (Host host : new Host[] {pair.a(), pair.b()}) {
            host.netns().run("ip", "link", "set", "eth0", "mtu", "1500");
            host.mtu(1420);
        }
    }

    @Test
    void carriesPacketsThatTheNetworkOutsideHasToFragment() {
        introduce(false, null);
        for (Host host : new Host[] {pair.a(), pair.b()}) {
            host.netns().run("ip", "link", "set", "eth0", "mtu", "1300");
        }
        try {
            pair.assertReaches(pair.a(), "10.9.0.2", "-M", "do", "-s", "1392");
        } finally {
            for (Host host : new Host[] {pair.a(), pair.b()}) {
                host.netns().run("ip", "link", "set", "eth0", "mtu", "1500");
            }
        }
    }
}
