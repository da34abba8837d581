package dev.adit.it.lab;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A server whose client transfers with TCP through their tunnel, while an attacker on the same
/// network sends noise:
///
/// ```
///  a: client 192.0.2.1 ──┐      ┌── b: server 192.0.2.2, the victim
///  c: newcomer 192.0.2.3 ┼─ hub ┤
///  x: attacker 192.0.2.6 ┘      └── y: bystander 192.0.2.9, for the control
/// ```
///
/// The attacker sends from 198.18.0.0/15, and what is sent there goes to it, and ends there.
/// Confined to the test's thread.
public final class FloodLab implements AutoCloseable {
    private final BridgeNetwork hub = BridgeNetwork.create();
    private final Netns attacker = Netns.create("x"), bystander = Netns.create("y");
    private final Host a, b, c;
    private Running transfer;
    private boolean resting;
    private int index;

    /// The transfer runs.
    ///
    /// @param victims the software of client and server
    public static FloodLab start(Software victims) {
        Software.requireTool("iperf3");
        victims.required();
        return new FloodLab(victims);
    }

    private FloodLab(Software victims) {
        try {
            Netns left = hub.plug(Netns.create("a"), "192.0.2.1");
            Netns right = hub.plug(Netns.create("b"), "192.0.2.2");
            Netns third = hub.plug(Netns.create("c"), "192.0.2.3");
            hub.plug(attacker, "192.0.2.6");
            hub.plug(bystander, "192.0.2.9");
            right.run("ip", "route", "add", "198.18.0.0/15", "via", "192.0.2.6");
            bystander.run("ip", "route", "add", "198.18.0.0/15", "via", "192.0.2.6");
            a = Host.start(left, victims, PORT).address("10.9.0.1/24").up();
            b = Host.start(right, victims, PORT).address("10.9.0.2/24").up();
            c = Host.start(third, Software.subject(), PORT).address("10.9.0.3/24").up();
            admit(a, "10.9.0.1/32");
            call(a);
            assertReaches(a);
            startTransfer();
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    private void admit(Host client, String allowed) {
        b.set("peer", client.publicKey(), "allowed-ips", allowed);
    }

    private void call(Host client) {
        client.set(
                "peer",
                b.publicKey(),
                "allowed-ips",
                "10.9.0.2/32",
                "endpoint",
                "192.0.2.2:" + PORT);
    }

    private void assertReaches(Host client) {
        Outcome ping = client.netns().ping("10.9.0.2", 5);
        if (!ping.succeeded()) throw new AssertionError(ping + report());
    }

    private void startTransfer() {
        b.netns().start(b.netns().command("iperf3", "-s", "-1"));
        b.netns().awaitTcpPort(5201);
        transfer = a.netns().start(a.netns().command("iperf3", "-c", "10.9.0.2", "-t", "3600"));
        long begun = received();
        Await.until(
                () -> "a transfer" + report(),
                Duration.ofSeconds(10),
                () -> received() > begun + 1_000_000);
    }

    /// Megabits a second that come out of the tunnel, in the next `time`.
    public double rate(Duration time) {
        long start = System.nanoTime(), before = received();
        Await.pass(time);
        return (received() - before) * 8e3 / (System.nanoTime() - start);
    }

    /// Lets the transfer rest, or go on.
    public void rest(boolean resting) {
        if (resting) index = index();
        this.resting = resting;
        String signal = resting ? "-STOP" : "-CONT";
        signal(transfer, signal);
    }

    private static void signal(Running program, String signal) {
        Command.of("kill", signal, String.valueOf(program.pid())).run().ok();
    }

    private long received() {
        return b.netns().statistic(b.device(), "rx_bytes");
    }

    /// Floods the server from `sources` addresses at once.
    public Running flood(FloodKind kind, int sources, int rate, Duration time) {
        if (!resting && (kind == FloodKind.SPOOFED_DATA || kind == FloodKind.MIXED)) {
            index = index();
        }
        return Flood.start(attacker, order("192.0.2.2", kind, sources, rate), time);
    }

    /// The same noise, to somebody who has nothing to do with it.
    public Running floodBystander(FloodKind kind, int sources, int rate, Duration time) {
        return Flood.start(attacker, order("192.0.2.9", kind, sources, rate), time);
    }

    private Flood.Order order(String to, FloodKind kind, int sources, int rate) {
        // Who knows the session, knows where the client is.
        String from = kind == FloodKind.SPOOFED_DATA ? "192.0.2.1" : "198.18.0.1";
        return new Flood.Order(kind, to, PORT, from, sources, rate, b.publicKey(), index);
    }

    /// The index of the client's session at the server, as seen on the way.
    private int index() {
        Predicate<IpHeaderView> data = packet -> packet.messageType() == 4;
        try (Capture seen = Capture.start(b.netns(), "eth0", SEEN, 1)) {
            return seen.await("data from the client", data).receiverIndex();
        }
    }

    /// Seconds until somebody who was not there before is served.
    ///
    /// @param pause whether the server pauses when the newcomer calls for the first time
    public double secondsUntilNewcomerIsIn(Duration limit, boolean pause) {
        admit(c, "10.9.0.3/32");
        if (pause) {
            signal(b.daemon(), "-STOP");
            // Only what comes behind an eighth of a queue meets a server under load.
            Await.pass(BACKLOG);
        }
        long start = System.nanoTime();
        call(c);
        c.netns().pings("10.9.0.2", 0.2);
        if (pause) signal(b.daemon(), "-CONT");
        Await.until(this::report, limit, () -> c.netns().pings("10.9.0.2", 0.2));
        return (System.nanoTime() - start) / 1e9;
    }

    /// The newcomer goes, and all that is known about it.
    public void forgetNewcomer() {
        c.set("peer", b.publicKey(), "remove");
        b.set("peer", c.publicKey(), "remove");
    }

    /// Datagrams that the server has sent to the attacker's addresses, and little else.
    public long answers() {
        return attacker.statistic("eth0", "rx_packets");
    }

    public Host server() {
        return b;
    }

    public Host newcomer() {
        return c;
    }

    /// What a failed test should show.
    public String report() {
        return Stream.of(a, b, c)
                .filter(host -> host != null)
                .map(Host::report)
                .reduce("\n", String::concat);
    }

    @Override
    public void close() {
        for (Host host : new Host[] {a, b, c}) if (host != null) host.netns().close();
        attacker.close();
        bystander.close();
        hub.close();
    }

    private static final int PORT = 51820;
    private static final String SEEN =
            "udp and src host 192.0.2.1 and dst port 51820 and udp[8] = 4";

    private static final Duration BACKLOG = Duration.ofMillis(500);
}
