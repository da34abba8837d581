package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.WgDump;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// The stock `wg` configures and reads our daemon, which is `a`.
///
/// ```
/// ┌──────────────────┐        ┌──────────────────┐
/// │ a: ours          ├────────┤ b: another       │
/// │ 10.9.0.1 fd09::1 │        │ 10.9.0.2 fd09::2 │
/// └──────────────────┘        └──────────────────┘
/// ```
class WgToolTest {

    private static Pair pair;
    private static Host a, b;
    private final String stranger = Keys.generate().publicKey();

    @BeforeAll
    static void start() {
        pair = Pair.start(Software.subject(), Software.other());
        a = pair.a();
        b = pair.b();
    }

    @AfterAll
    static void stop() {
        if (pair != null) pair.close();
    }

    @BeforeEach
    void startAnew() {
        pair.introduce();
        a.set("fwmark", "0", "listen-port", String.valueOf(Pair.PORT_A));
    }

    @Test
    void showsTheInterfaceAmongAll() {
        assertThat(a.wg("show", "interfaces").ok().out().strip().split(" ")).contains(a.device());
        assertThat(a.wg("show").ok().out()).contains("interface: " + a.device());
    }

    @Test
    void showsEveryColumn() {
        String key = Keys.preshared();
        a.set("fwmark", "0x51a");
        a.set(
                "peer",
                stranger,
                "allowed-ips",
                "10.7.0.0/16,fd07::/16",
                "endpoint",
                "[2001:db8::9]:9");
        a.set("peer", stranger, "persistent-keepalive", "25");
        presharedKey(stranger, key);

        WgDump dump = a.dump(); // has checked that there are 4 and 8 columns
        assertThat(dump.privateKey()).isEqualTo(a.privateKey());
        assertThat(dump.publicKey()).isEqualTo(a.publicKey());
        assertThat(dump.port()).isEqualTo(Pair.PORT_A);
        assertThat(dump.mark()).isEqualTo("0x51a");
        WgDump.Peer peer = dump.peer(stranger);
        assertThat(peer.presharedKey()).isEqualTo(key);
        assertThat(peer.endpoint()).isEqualTo("[2001:db8::9]:9");
        assertThat(peer.allowedIps()).containsExactly("10.7.0.0/16", "fd07::/16");
        assertThat(peer.handshake()).isZero();
        assertThat(peer.received()).isZero();
        assertThat(peer.keepalive()).isEqualTo("25");
        assertThat(dump.peer(b.publicKey()).presharedKey()).isEqualTo("(none)");
        assertThat(dump.peer(b.publicKey()).keepalive()).isEqualTo("off");

        List<String[]> lines =
                a.wg("show", "all", "dump").ok().lines().stream()
                        .map(line -> line.split("\t", -1))
                        .filter(columns -> columns[0].equals(a.device()))
                        .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst()).hasSize(5);
        assertThat(lines.get(1)).hasSize(9);
        assertThat(lines.get(2)).hasSize(9);
    }

    @Test
    void showsEachFieldAlone() {
        pair.assertReaches(a, "10.9.0.2");
        WgDump.Peer peer = a.dump().peer();
        String prefix = b.publicKey() + "\t";
        assertThat(show("public-key")).isEqualTo(a.publicKey());
        assertThat(show("private-key")).isEqualTo(a.privateKey());
        assertThat(show("listen-port")).isEqualTo("51820");
        assertThat(show("fwmark")).isEqualTo("off");
        assertThat(show("peers")).isEqualTo(b.publicKey());
        assertThat(show("preshared-keys")).isEqualTo(prefix + "(none)");
        assertThat(show("endpoints")).isEqualTo(prefix + "192.0.2.2:51821");
        assertThat(show("allowed-ips").split("[\t ]"))
                .containsExactlyInAnyOrder(b.publicKey(), "10.9.0.2/32", "fd09::2/128");
        assertThat(show("latest-handshakes")).isEqualTo(prefix + peer.handshake());
        assertThat(show("transfer")).matches(".{44}\t[1-9][0-9]+\t[1-9][0-9]+");
        assertThat(show("persistent-keepalive")).isEqualTo(prefix + "off");
    }

    @Test
    void countsTheBytesOfAHandshakeAlone() {
        a.set("peer", b.publicKey(), "persistent-keepalive", "25");
        Await.until(
                pair::report,
                Duration.ofSeconds(5),
                () -> b.dump().peer().handshake() > 0 && b.dump().peer().received() >= 180);
        // An initiation of 148 bytes, a response of 92 and a keepalive of 32.
        assertThat(a.dump().peer().sent()).isEqualTo(180);
        assertThat(a.dump().peer().received()).isEqualTo(92);
        assertThat(b.dump().peer().received()).isEqualTo(180);
        assertThat(b.dump().peer().sent()).isEqualTo(92);
    }

    @Test
    void movesAnAllowedIpToThePeerThatWasGivenItLast() {
        a.set("peer", b.publicKey(), "allowed-ips", "10.9.0.2/32,10.1.0.0/24");
        a.set("peer", stranger, "allowed-ips", "10.1.0.0/24,fd09::2/128");
        assertThat(a.dump().peer(b.publicKey()).allowedIps()).containsExactly("10.9.0.2/32");
        assertThat(a.dump().peer(stranger).allowedIps())
                .containsExactly("10.1.0.0/24", "fd09::2/128");
        pair.assertReaches(a, "10.9.0.2");
    }

    @Test
    void masksTheHostBitsOfAllowedIps() {
        a.set("peer", stranger, "allowed-ips", "10.1.2.3/24,fd01::5/32");
        assertThat(a.dump().peer(stranger).allowedIps())
                .containsExactly("10.1.2.0/24", "fd01::/32");
    }

    @Test
    void replacesAndClearsAllowedIps() {
        a.set("peer", stranger, "allowed-ips", "10.1.0.0/24,10.2.0.0/24");
        a.set("peer", stranger, "allowed-ips", "10.3.0.0/24");
        assertThat(a.dump().peer(stranger).allowedIps()).containsExactly("10.3.0.0/24");
        a.set("peer", stranger, "allowed-ips", "");
        assertThat(a.dump().peer(stranger).allowedIps()).isEmpty();
    }

    @Test
    void addsAndRemovesSingleAllowedIps() {
        a.set("peer", stranger, "allowed-ips", "10.1.0.0/24");
        Outcome added = a.wg("set", a.device(), "peer", stranger, "allowed-ips", "+10.2.0.0/24");
        assumeTrue(added.succeeded(), () -> "this wg knows no +: " + added);
        assertThat(a.dump().peer(stranger).allowedIps())
                .containsExactly("10.1.0.0/24", "10.2.0.0/24");
        a.set("peer", stranger, "allowed-ips", "-10.1.0.0/24");
        assertThat(a.dump().peer(stranger).allowedIps()).containsExactly("10.2.0.0/24");
    }

    @Test
    void removesPeersAndPresharedKeys() {
        presharedKey(stranger, Keys.preshared());
        a.set("peer", stranger, "preshared-key", "/dev/null");
        assertThat(a.dump().peer(stranger).presharedKey()).isEqualTo("(none)");
        a.set("peer", stranger, "remove");
        assertThat(a.dump().peers()).containsOnlyKeys(b.publicKey());
        a.set("peer", stranger, "remove"); // is no error
    }

    @Test
    void ignoresItsOwnKeyAsAPeer() {
        a.set("peer", a.publicKey(), "allowed-ips", "10.1.0.0/24");
        assertThat(a.dump().peers()).containsOnlyKeys(b.publicKey());
    }

    @Test
    void takesTheFileItGave() {
        a.set("peer", stranger, "allowed-ips", "10.1.0.0/24", "persistent-keepalive", "7");
        String conf = a.wg("showconf", a.device()).ok().out();
        a.set("peer", stranger, "remove");
        a.set("fwmark", "7");
        conf("setconf", conf);
        assertThat(sorted(a.wg("showconf", a.device()).ok().out())).isEqualTo(sorted(conf));
        pair.assertReaches(a, "10.9.0.2");
    }

    @Test
    void addsAFileToWhatThereIs() {
        conf("addconf", "[Peer]\nPublicKey = " + stranger + "\nAllowedIPs = 10.1.0.0/24\n");
        assertThat(a.dump().peers()).containsOnlyKeys(b.publicKey(), stranger);
        assertThat(a.dump().port()).isEqualTo(Pair.PORT_A);
    }

    @Test
    void keepsTheSessionsOfPeersThatAFileLeavesAsTheyAre() {
        pair.assertReaches(a, "10.9.0.2");
        String conf = a.wg("showconf", a.device()).ok().out();
        a.set("peer", stranger, "allowed-ips", "10.1.0.0/24");
        WgDump.Peer before = a.dump().peer(b.publicKey());
        conf("syncconf", conf);
        WgDump.Peer after = a.dump().peer(); // and the stranger is gone
        assertThat(after.handshake()).isEqualTo(before.handshake());
        assertThat(after.received()).isGreaterThanOrEqualTo(before.received());
        pair.assertReaches(b, "10.9.0.1");
        assertThat(a.dump().peer().handshake()).isEqualTo(before.handshake());
    }

    @Test
    void refusesAPortThatIsTaken() {
        Host second = Host.start(a.netns(), Software.subject(), 51830);
        second.up();
        try {
            Outcome taken = a.wg("set", a.device(), "listen-port", "51830");
            assertThat(taken.succeeded()).isFalse();
            assertThat(taken.err()).contains("Address already in use");
            a.set("listen-port", String.valueOf(Pair.PORT_A));
            pair.assertReaches(a, "10.9.0.2");
        } finally {
            second.close();
        }
    }

    @Test
    void choosesAPortWhenNoneIsGiven() {
        a.set("listen-port", "0");
        int port = a.dump().port();
        assertThat(port).isGreaterThan(1023).isNotEqualTo(Pair.PORT_A);
        a.netns().awaitUdpPort(port);
        pair.assertReaches(a, "10.9.0.2");
        assertThat(b.dump().peer().endpoint()).isEqualTo("192.0.2.1:" + port);
    }

    @Test
    void aNewKeyKeepsThePeersAndEndsTheirSessions() {
        pair.assertReaches(a, "10.9.0.2");
        Keys next = Keys.generate();
        privateKey(next.privateKey());
        try {
            assertThat(a.dump().publicKey()).isEqualTo(next.publicKey());
            assertThat(a.dump().peers()).containsOnlyKeys(b.publicKey());
            b.set("peer", next.publicKey(), "allowed-ips", "10.9.0.1/32");
            pair.awaitReaches(a, "10.9.0.2", Duration.ofSeconds(12)); // not twice within 5 s
            assertThat(b.dump().peer(next.publicKey()).handshake()).isPositive();
        } finally {
            privateKey(a.privateKey());
        }
    }

    @Test
    void clampsAPrivateKeyAndShowsItSo() {
        byte[] ones = new byte[32], clamped = new byte[32];
        Arrays.fill(ones, (byte) 0xff);
        Arrays.fill(clamped, (byte) 0xff);
        clamped[0] = (byte) 0xf8;
        clamped[31] = 0x7f;
        Base64.Encoder base64 = Base64.getEncoder();
        privateKey(base64.encodeToString(ones));
        try {
            assertThat(show("private-key")).isEqualTo(base64.encodeToString(clamped));
        } finally {
            privateKey(a.privateKey());
        }
    }

    @Test
    void keepalivesBeginWhenTheKeyComesLast() {
        privateKey(Base64.getEncoder().encodeToString(new byte[32]));
        a.set("peer", b.publicKey(), "persistent-keepalive", "1");
        long before = a.dump().peer().sent();
        privateKey(a.privateKey());
        Await.until(
                pair::report,
                Duration.ofSeconds(8),
                () -> a.dump().peer().sent() >= before + 148 + 2 * 32);
    }

    @Test
    void marksWhatItSends() {
        Software.requireTool("nft");
        a.netns().run("nft", "add table inet it");
        try {
            a.netns().run("nft", "add chain inet it out { type filter hook output priority 0; }");
            a.netns().run("nft", "add rule inet it out meta mark 0x51a udp dport 51821 counter");
            pair.assertReaches(a, "10.9.0.2");
            assertThat(a.netns().run("nft", "list table inet it").out()).contains("packets 0 ");
            a.set("fwmark", "0x51a");
            pair.assertReaches(a, "10.9.0.2");
            assertThat(a.netns().run("nft", "list table inet it").out())
                    .containsPattern("packets [1-9]");
        } finally {
            a.netns().run("nft", "delete table inet it");
        }
    }

    @Test
    void keepsAPeerAliveWithoutTraffic() {
        a.set("peer", b.publicKey(), "persistent-keepalive", "1");
        Await.until(
                pair::report, Duration.ofSeconds(8), () -> b.dump().peer().received() >= 180 + 64);
    }

    private static String show(String field) {
        return a.wg("show", a.device(), field).ok().out().strip();
    }

    private static void conf(String verb, String text) {
        a.netns().command("wg", verb, a.device(), "/dev/stdin").input(text).run().ok();
    }

    private static void presharedKey(String peer, String key) {
        a.netns()
                .command("wg", "set", a.device(), "peer", peer, "preshared-key", "/dev/stdin")
                .input(key + "\n")
                .run()
                .ok();
    }

    private static void privateKey(String key) {
        a.netns()
                .command("wg", "set", a.device(), "private-key", "/dev/stdin")
                .input(key + "\n")
                .run()
                .ok();
    }

    /// The lines of a configuration, whose peers and allowed IPs are in no order.
    private static List<String> sorted(String conf) {
        return conf.lines()
                .map(line -> Arrays.stream(line.split("[ ,]+")).sorted().toList().toString())
                .sorted()
                .toList();
    }
}
