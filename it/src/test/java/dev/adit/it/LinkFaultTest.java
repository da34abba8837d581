package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.EndlessOverTcp;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.MeasurementReport;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One TCP connection, of which every byte is checked, goes on through whatever happens to the
/// network below the tunnel, to its interface, and to the daemon's time.
///
/// ```
///   serves                                        fetches
/// ┌─────────────┐                             ┌─────────────┐
/// │ a: ours     │                             │ b: another  │
/// │ 10.9.0.1    │                             │ 10.9.0.2    │
/// │             │        192.0.2.0/24         │             │
/// │ eth0        ├─────────────────────────────┤ eth0        │
/// └─────────────┘  is cut, shrinks, fills ... └─────────────┘
/// ```
class LinkFaultTest {
    private static final List<String> ROWS = new ArrayList<>();

    private static Pair pair;
    private static Host a;
    private static Netns netns;
    private static Running fetch;

    @BeforeAll
    static void start() {
        pair = Pair.start(Software.subject(), Software.other()).introduce();
        a = pair.a();
        netns = a.netns();
        pair.assertReaches(a, "10.9.0.2");
        netns.start(EndlessOverTcp.in(netns, "serve", "80"));
        netns.awaitTcpPort(80);
        fetch =
                pair.b()
                        .netns()
                        .start(EndlessOverTcp.in(pair.b().netns(), "fetch", "10.9.0.1", "80"));
    }

    @AfterAll
    static void stop() {
        if (pair != null) pair.close();
        if (!ROWS.isEmpty()) MeasurementReport.keep("faults-of-links", ROWS);
    }

    /// Nothing was given up, and nothing has failed.
    @AfterEach
    void isWhole() {
        assertThat(a.daemon().alive()).isTrue();
        assertThat(a.daemon().output()).doesNotContain("switched off", "Device failed");
    }

    @ParameterizedTest(name = "{0}: {3}")
    @CsvSource({
        "no route, del 192.0.2.0/24 dev eth0, add 192.0.2.0/24 dev eth0 src 192.0.2.1, ENETUNREACH",
        "unreachable, add unreachable 192.0.2.2, del unreachable 192.0.2.2, EHOSTUNREACH",
        "prohibited, add prohibit 192.0.2.2, del prohibit 192.0.2.2, EACCES",
        "a black hole, add blackhole 192.0.2.2, del blackhole 192.0.2.2, EINVAL",
    })
    void goesOnOnceThereIsARouteAgain(String name, String gone, String back, String error) {
        awaitProgress(2);
        long before = a.drops("send-failed");
        ip("route " + gone);
        try {
            Await.until(a::report, LIMIT, () -> forgetsSource() && a.drops("send-failed") > before);
            awaitOutput("sendmmsg: " + error);
        } finally {
            ip("route " + back);
        }
        goesOn("route: " + name);
    }

    /// While it knows by which interface it was heard, Linux takes that, route or none.
    private static boolean forgetsSource() {
        a.set("peer", pair.b().publicKey(), "endpoint", "192.0.2.2:" + Pair.PORT_B);
        return true;
    }

    @Test
    void goesOnOnceItsCableIsBack() {
        awaitProgress(2);
        ip("link set eth0 down");
        Await.pass(OUTAGE);
        ip("link set eth0 up");
        goesOn("link down here");
    }

    @Test
    void goesOnOnceTheOtherEndOfTheCableIsBack() {
        awaitProgress(2);
        pair.b().netns().run("ip", "link", "set", "eth0", "down");
        Await.pass(OUTAGE);
        pair.b().netns().run("ip", "link", "set", "eth0", "up");
        goesOn("link down there");
    }

    @Test
    void goesOnOnceItsOnlyAddressIsBack() {
        awaitProgress(2);
        ip("address del 192.0.2.1/24 dev eth0");
        awaitOutput("Unable to send packet to 192.0.2.2:51821");
        netns.address("eth0", "192.0.2.1/24");
        goesOn("only address removed");
    }

    @Test
    void goesOnWhileTheLinkIsTooNarrowForItsPackets() {
        awaitProgress(2);
        long refused = a.drops("send-failed"), pieces = fragments();
        ip("link set eth0 mtu 1280");
        awaitProgress(30);
        assertThat(fragments()).isGreaterThan(pieces + 100);
        ip("link set eth0 mtu 1500");
        goesOn("link MTU 1500, 1280, 1500");
        assertThat(a.drops("send-failed")).isEqualTo(refused);
        // For ten seconds it is remembered what did not go in one piece.
        Await.until(
                "one large packet in place of many",
                Duration.ofSeconds(20),
                () -> bytesOfAPacket() > 3000);
    }

    private static long fragments() {
        List<String> lines = netns.run("grep", "^Ip:", "/proc/net/snmp").lines();
        List<String> names = List.of(lines.get(0).split(" "));
        return Long.parseLong(lines.get(1).split(" ")[names.indexOf("FragCreates")]);
    }

    /// The mean length of what goes out; the cable takes what the kernel has not cut.
    private static long bytesOfAPacket() {
        long bytes = netns.statistic("eth0", "tx_bytes");
        long packets = netns.statistic("eth0", "tx_packets");
        Await.pass(Duration.ofMillis(300));
        bytes = netns.statistic("eth0", "tx_bytes") - bytes;
        packets = netns.statistic("eth0", "tx_packets") - packets;
        return packets == 0 ? 0 : bytes / packets;
    }

    @Test
    void goesOnWithWhateverMtuItsInterfaceGets() {
        for (int mtu : new int[] {1280, 600, 9000, 1420}) {
            a.mtu(mtu);
            awaitProgress(10);
        }
        goesOn("tunnel MTU 1280, 600, 9000, 1420");
    }

    @Test
    void goesOnOnceItsInterfaceIsUpAgain() {
        awaitProgress(2);
        ip("link set " + a.device() + " down");
        Await.pass(OUTAGE);
        ip("link set " + a.device() + " up");
        goesOn("interface down");
    }

    @Test
    void goesOnOnceAFullQueueIsNoMore() {
        Software.requireTool("tc");
        ip("link set eth0 txqueuelen 2");
        String tiny = "tc qdisc replace dev eth0 root tbf rate 400kbit burst 2kb limit 4kb";
        assumeTrue(netns.command(tiny.split(" ")).run().succeeded(), "no tbf here");
        Await.pass(OUTAGE);
        assertThat(a.wg("show", a.device()).succeeded()).isTrue();
        netns.run("tc", "qdisc", "del", "dev", "eth0", "root");
        goesOn("queue of the link full");
    }

    @Test
    void answersAndGoesDownAndUpWhileItsSocketIsFull() {
        for (String tool : new String[] {"tc", "iperf3"}) Software.requireTool(tool);
        String slow = "tc qdisc replace dev eth0 root tbf rate 8kbit burst 64kb limit 100mb";
        Running server = pair.b().netns().start(pair.b().netns().command("iperf3", "-s", "-1"));
        pair.b().netns().awaitTcpPort(5201);
        String flood = "iperf3 -u -c 10.9.0.2 -b 2G -l 1300 -t 30";
        try (server;
                Running client = netns.start(netns.command(flood.split(" ")))) {
            Await.until("a flood", LIMIT, () -> bytesOfAPacket() > 0 && client.alive());
            assumeTrue(netns.command(slow.split(" ")).run().succeeded(), "no tbf here");
            Await.until("a full socket", LIMIT, () -> queued() > 5_000_000);
            assertThat(a.wg("show", a.device()).succeeded()).isTrue();
            a.set("listen-port", "51900"); // with a thread that waits for room in the old socket
            ip("link set " + a.device() + " down");
            ip("link set " + a.device() + " up");
            assertThat(a.wg("show", a.device()).succeeded()).isTrue();
            a.set("listen-port", String.valueOf(Pair.PORT_A));
        } finally {
            netns.command("tc", "qdisc", "del", "dev", "eth0", "root").run();
        }
        goesOn("socket full, EAGAIN");
    }

    /// Bytes in the queue of the link.
    private static long queued() {
        String text = netns.run("tc", "-s", "qdisc", "show", "dev", "eth0").out();
        String bytes = text.replaceFirst("(?s).*backlog (\\d+)(K?)b.*", "$1$2");
        return bytes.endsWith("K")
                ? 1024 * Long.parseLong(bytes.substring(0, bytes.length() - 1))
                : Long.parseLong(bytes);
    }

    @Test
    void goesOnOnceItIsNoLongerStopped() {
        awaitProgress(2);
        signal("STOP");
        Await.pass(Duration.ofSeconds(2));
        signal("CONT");
        goesOn("daemon stopped for 2 s");
    }

    @Test
    void goesOnWithANewSessionAfterItWasStoppedForMinutes() {
        assumeTrue(Boolean.getBoolean("adit.it.long"), "-Dadit.it.long=true: takes over 3 minutes");
        awaitProgress(2);
        long handshake = a.dump().peer().handshake();
        signal("STOP");
        Await.pass(Duration.ofSeconds(200));
        signal("CONT");
        // TCP has waited longer and longer between its own attempts.
        awaitProgress(2, Duration.ofSeconds(130));
        assertThat(a.dump().peer().handshake()).isGreaterThanOrEqualTo(handshake + 200);
        ROWS.add("| daemon stopped for 200 s | goes on with a new session |");
    }

    private static void signal(String name) {
        netns.run("kill", "-" + name, String.valueOf(a.daemon().pid()));
    }

    private static void ip(String words) {
        netns.run(("ip " + words).split(" "));
    }

    private static void awaitOutput(String text) {
        Await.until(a::report, LIMIT, () -> a.daemon().output().contains(text));
    }

    /// The connection lives, and carries data again soon.
    private static void goesOn(String fault) {
        long begin = System.nanoTime();
        awaitProgress(2);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        ROWS.add("| " + fault + " | the transfer goes on after " + millis + " ms |");
    }

    /// Waits until so many blocks more have come.
    private static void awaitProgress(int more) {
        awaitProgress(more, LIMIT);
    }

    private static void awaitProgress(int more, Duration limit) {
        int now = EndlessOverTcp.blocks(fetch);
        Await.until(
                () -> "progress after block " + now + "; " + pair.report(),
                limit,
                () -> EndlessOverTcp.blocks(fetch) >= now + more);
    }

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration OUTAGE = Duration.ofMillis(700);
}
