package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.BridgeNetwork;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.Flood;
import dev.adit.it.lab.FloodKind;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.MeasurementReport;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.NumberedTraffic;
import dev.adit.it.lab.OutageLog;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.ResourceSampler;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.TemporaryFolder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A server and its clients through good and bad times, for `-Dadit.it.soak=SECONDS`; without that,
/// for a moment, so that this test itself stays sound.
///
/// ```
///  a: ours, roams 192.0.2.11.. ─┐      ┌─ s: ours, the server 192.0.2.1
///  d: ours        192.0.2.3    ─┼─ hub ┤
///  g: another     192.0.2.4    ─┘      └─ x: attacker 192.0.2.6
/// ```
///
/// Each client and the server send each other numbered packets all the time, and the clients fetch
/// bytes over TCP. What is lost must have been sent while a client moved, an interface was down,
/// there was a flood, or the kernel says that one of its queues was full; nothing comes twice.
class SoakTest {
    private static final int SECONDS = Integer.getInteger("adit.it.soak", 12);
    private static final boolean LONG = SECONDS > 100;

    private final OutageLog ledger = new OutageLog();
    private final List<Host> hosts = new ArrayList<>(); // the server first
    private final List<ResourceSampler> vitals = new ArrayList<>();
    private final Map<Integer, Running> traffic = new HashMap<>();
    private final Set<String> handshakes = new HashSet<>();
    private final TemporaryFolder folder = new TemporaryFolder();
    private BridgeNetwork hub;
    private Netns attacker;
    private int roamed, configured, flooded, down;

    @AfterEach
    void stop() {
        for (Host host : hosts) host.netns().close();
        if (attacker != null) attacker.close();
        if (hub != null) hub.close();
        folder.close();
    }

    @Test
    void losesNothingUnexplainedAndDoesNotGrow() throws IOException {
        start();
        List<String> links = links();
        startTraffic();
        long end = System.nanoTime() + (SECONDS + 1) * 1_000_000_000L;
        Thread watch = Thread.ofPlatform().start(() -> watch(end));
        liveUntil(end - (LONG ? 30 : 4) * 1_000_000_000L);
        finish(watch);
        List<String> rows = rows();
        MeasurementReport.keep("soak", rows);
        String all = String.join("\n", rows);
        assertThat(ledger.unexplained()).as(all).isEmpty();
        assertThat(ledger.duplicates()).as(all).isZero();
        assertThat(ledger.corrupt()).as(all).isZero();
        assertThat(ledger.received()).as(all).isGreaterThan(SECONDS * 6L * RATE / 4);
        assertThat(ledger.tcpRight()).as(all).isGreaterThanOrEqualTo(SECONDS / TCP_PERIOD);
        assertThat(links()).isEqualTo(links);
        for (ResourceSampler one : vitals) assertStable(one);
    }

    private static void assertStable(ResourceSampler one) {
        String who = one.host().software() + " " + one.host().netns().name();
        // A virtual machine that has just started still compiles.
        long megabytes = LONG ? 16 : 64;
        assertThat(one.growth(ResourceSampler.MEMORY)).as(who).isLessThan(megabytes * 1024);
        assertThat(one.growth(ResourceSampler.DESCRIPTORS)).as(who).isLessThanOrEqualTo(1);
        assertThat(one.growth(ResourceSampler.THREADS)).as(who).isLessThanOrEqualTo(LONG ? 2 : 6);
    }

    // ---- the beginning and the end

    private void start() {
        hub = BridgeNetwork.create();
        attacker = hub.plug(Netns.create("x"), "192.0.2.6");
        Software ours = Software.subject();
        add("s", ours, "192.0.2.1", "10.9.0.1/24");
        add("a", ours, "192.0.2.10", "10.9.0.2/24");
        add("d", ours, "192.0.2.3", "10.9.0.3/24");
        add("g", Software.other(), "192.0.2.4", "10.9.0.4/24");
        // Else the first address takes the others with it when it goes.
        hosts.get(1).netns().run("sysctl", "-qw", "net.ipv4.conf.all.promote_secondaries=1");
        server().netns().run("ip", "route", "add", "198.18.0.0/15", "via", "192.0.2.6");
        for (int i = 1; i < hosts.size(); i++) {
            Host client = hosts.get(i);
            server().set("peer", client.publicKey(), "allowed-ips", inner(i) + "/32");
            client.set(
                    "peer",
                    server().publicKey(),
                    "allowed-ips",
                    "10.9.0.1/32",
                    "endpoint",
                    "192.0.2.1:51820");
        }
        awaitAllReachable();
        for (Host host : hosts) vitals.add(new ResourceSampler(host));
    }

    private void add(String role, Software software, String outer, String inner) {
        Netns netns = hub.plug(Netns.create(role), outer);
        hosts.add(Host.start(netns, software, 51820).address(inner).up());
    }

    private Host server() {
        return hosts.getFirst();
    }

    private static String inner(int host) {
        return "10.9.0." + (host + 1);
    }

    private List<String> links() {
        return hosts.stream()
                .map(host -> host.netns().run("ip", "-o", "link").lines().size() + " links")
                .toList();
    }

    private void startTraffic() throws IOException {
        startTraffic(0, "1=" + inner(1), "2=" + inner(2), "3=" + inner(3));
        for (int i = 1; i < hosts.size(); i++) startTraffic(i, "0=" + inner(0));
        Files.createFile(begin());
    }

    private void startTraffic(int id, String... others) {
        List<String> words = new ArrayList<>(List.of(id + "", SECONDS + "", RATE + ""));
        words.add(id == 0 ? "0" : TCP_PERIOD + "");
        words.add(begin().toString());
        words.addAll(List.of(others));
        Netns netns = hosts.get(id).netns();
        Command command = NumberedTraffic.in(netns, words.toArray(String[]::new));
        traffic.put(id, netns.start(command));
        Running program = traffic.get(id);
        Await.until(
                () -> "traffic; it says " + program.output(),
                Duration.ofSeconds(60),
                () -> program.output().contains("started"));
    }

    /// What there is once all listen.
    private Path begin() {
        return folder.file("begin");
    }

    private void finish(Thread watch) {
        Map<Integer, String> reports = new HashMap<>();
        traffic.forEach(
                (id, running) -> {
                    Outcome outcome = running.outcome(Duration.ofSeconds(90)).ok();
                    assertThat(outcome.out()).contains("done");
                    reports.put(id, outcome.out());
                });
        try {
            watch.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        ledger.read(reports);
    }

    // ---- in between

    /// Looks at all hosts until the end.
    private void watch(long end) {
        Duration pause = Duration.ofMillis(500);
        long before = System.currentTimeMillis(), lost = hub.drops();
        while (System.nanoTime() < end) {
            Await.pass(pause);
            long now = System.currentTimeMillis();
            long drops = hub.drops();
            if (drops > lost) ledger.excuse("a queue of the kernel was full", before - 1000, now);
            lost = drops;
            for (ResourceSampler one : vitals) {
                if (one.sample())
                    ledger.excuse("a queue of the kernel was full", before - 1000, now);
            }
            before = now;
        }
    }

    private void liveUntil(long end) {
        for (long second = 0, start = System.nanoTime(); System.nanoTime() < end; second++) {
            long next = start + second * 1_000_000_000L;
            Await.within(Duration.ofHours(1), () -> System.nanoTime() >= next);
            if (next < System.nanoTime() - 1_500_000_000L) continue; // the last one took longer
            if (LONG) liveLong(second);
            else liveShort(second);
        }
    }

    private void liveLong(long second) {
        if (second % 20 == 10) configure();
        if (second % 60 == 30) roam();
        if (second % 240 == 120) takeDown(hosts.get(down % hosts.size()));
        if (second % 600 == 300) flood();
    }

    private void liveShort(long second) {
        if (second == 1) roam();
        if (second == 2) configure();
        if (second == 4) flood();
        if (second == 6) takeDown(hosts.get(1));
    }

    private void roam() {
        long from = System.currentTimeMillis();
        Host a = hosts.get(1);
        if (roamed++ % 3 == 2) {
            a.set("listen-port", String.valueOf(51900 + roamed % 50));
        } else {
            a.netns().address("eth0", "192.0.2." + (10 + roamed % 40) + "/24");
            String old =
                    a.netns()
                            .run("ip", "-4", "-o", "address", "show", "dev", "eth0")
                            .lines()
                            .getFirst()
                            .replaceFirst(".*inet (\\S+) .*", "$1");
            a.netns().run("ip", "address", "delete", old, "dev", "eth0");
        }
        awaitAllReachable();
        ledger.excuse("a client moved", from, System.currentTimeMillis());
    }

    private void takeDown(Host host) {
        long from = System.currentTimeMillis();
        down++;
        host.netns().run("ip", "link", "set", host.device(), "down");
        Await.pass(Duration.ofSeconds(1));
        host.up();
        awaitAllReachable();
        ledger.excuse("an interface was down", from, System.currentTimeMillis());
    }

    private void flood() {
        if (Files.exists(Path.of("/tmp/quiet"))) return; // somebody measures
        long from = System.currentTimeMillis();
        flooded++;
        Flood.Order order =
                new Flood.Order(
                        FloodKind.MIXED,
                        "192.0.2.1",
                        51820,
                        "198.18.0.1",
                        flooded % 2 == 0 ? 1 : 60_000,
                        5_000,
                        server().publicKey(),
                        0);
        Duration time = Duration.ofSeconds(LONG ? 5 : 1);
        try (Running flood = Flood.start(attacker, order, time)) {
            flood.outcome(time.plusSeconds(10)).ok();
        }
        ledger.excuse("there was a flood", from, System.currentTimeMillis() + 500);
    }

    /// Several programs configure and ask one daemon at once.
    private void configure() {
        configured++;
        Host host = hosts.get(LONG ? configured % 3 : 0);
        String device = host.device(), key = Keys.generate().publicKey();
        List<Thread> threads = new ArrayList<>();
        threads.add(start(() -> addAndRemove(host, "wg", key)));
        threads.add(start(() -> addAndRemove(host, ADIT, Keys.generate().publicKey())));
        threads.add(start(() -> host.netns().run("wg", "show", device, "dump")));
        threads.add(start(() -> host.netns().run(ADIT, "show", device)));
        threads.add(start(() -> sync(host)));
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        server().dump().peers().values().forEach(peer -> note(peer.publicKey(), peer.handshake()));
    }

    private void note(String peer, long handshake) {
        if (handshake != 0) handshakes.add(peer + handshake);
    }

    private static Thread start(Runnable task) {
        return Thread.ofPlatform().start(task);
    }

    private static void addAndRemove(Host host, String tool, String key) {
        String device = host.device(), range = "10.77.0.0/16,fd77::/64";
        host.netns().run(tool, "set", device, "peer", key, "allowed-ips", range);
        host.netns().run(tool, "set", device, "peer", key, "remove");
    }

    /// Sets what is set already, as people do with their files; it ends no session.
    private static void sync(Host host) {
        String conf = host.wg("showconf", host.device()).ok().out();
        Netns netns = host.netns();
        netns.command("wg", "syncconf", host.device(), "/dev/stdin").input(conf).run().ok();
    }

    private void awaitAllReachable() {
        for (int i = 1; i < hosts.size(); i++) {
            Host client = hosts.get(i);
            String address = inner(i);
            Duration limit = Duration.ofSeconds(40);
            Await.until(this::report, limit, () -> client.netns().pings("10.9.0.1", 0.5));
            Await.until(this::report, limit, () -> server().netns().pings(address, 0.5));
        }
    }

    private String report() {
        return hosts.stream().map(Host::report).reduce("\n", String::concat);
    }

    // ---- figures

    private List<String> rows() {
        List<String> rows = new ArrayList<>(List.of("| | |", "|---|---|"));
        rows.add("| Time | %,d s |".formatted(SECONDS));
        rows.add("| Handshakes with the server | %d or more |".formatted(handshakes.size()));
        rows.add(
                "| Times that a client moved, an interface was down, there was a flood, a daemon"
                        + " was"
                        + " configured by five at once | %d, %d, %d, %d |"
                                .formatted(roamed, down, flooded, configured));
        rows.addAll(ledger.rows());
        for (ResourceSampler one : vitals) {
            rows.add(
                    "| %s, %s: MiB in memory, descriptors, threads, each at first, after a sixth of the time and at last | %s; %s; %s |"
                            .formatted(
                                    one == vitals.getFirst() ? "Server" : "Client",
                                    one.host().software(),
                                    one.course(ResourceSampler.MEMORY, 1024),
                                    one.course(ResourceSampler.DESCRIPTORS, 1),
                                    one.course(ResourceSampler.THREADS, 1)));
        }
        for (String one : ledger.unexplained()) rows.add("| not explained | %s |".formatted(one));
        for (Host host : hosts) {
            if (host.software().go()) continue;
            Map<String, Long> drops = host.drops();
            drops.values().removeIf(count -> count == 0);
            rows.add("| Dropped, by its own account | %s |".formatted(drops));
        }
        return rows;
    }

    private static final int RATE = 85; // packets a second, in each of six flows
    private static final int TCP_PERIOD = LONG ? 60 : 4; // seconds
    private static final String ADIT =
            Path.of(System.getProperty("adit.root"), "adit").normalize().toString();
}
