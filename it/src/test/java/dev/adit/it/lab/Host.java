package dev.adit.it.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A namespace with a WireGuard daemon in the foreground, configured through the stock `wg`.
///
/// Confined to the test's thread.
public final class Host implements AutoCloseable {
    private final Netns netns;
    private final Software software;
    private final Keys keys;
    private final List<String> addresses = new ArrayList<>();

    // The sockets of all daemons lie in one folder, whatever the namespace.
    private final String device = "ad" + Netns.unique();
    private Running daemon;

    /// Starts `software` in `netns`, with a key pair and `port`, and waits until it answers.
    public static Host start(Netns netns, Software software, int port) {
        return start(netns, software, port, Keys.generate());
    }

    /// The same with a key pair that others may have too.
    public static Host start(Netns netns, Software software, int port, Keys keys) {
        software.required();
        Host host = new Host(netns, software, keys);
        netns.closes(host::close);
        host.startDaemon();
        host.set("listen-port", String.valueOf(port), "private-key", "/dev/stdin");
        return host;
    }

    private Host(Netns netns, Software software, Keys keys) {
        this.netns = netns;
        this.software = software;
        this.keys = keys;
    }

    private void startDaemon() {
        Command command = netns.command(software.foreground(device));
        daemon = netns.start(command.with(software.environment()));
        Await.until(
                () -> software + " answers; it says: " + daemon.output(),
                Duration.ofSeconds(15),
                () -> Files.exists(socket()) && wg("show", device).succeeded());
    }

    /// Gives the interface addresses, each with its prefix length.
    public Host address(String... addresses) {
        this.addresses.addAll(List.of(addresses));
        netns.address(device, addresses);
        return this;
    }

    /// Takes the interface up and waits for its socket.
    public Host up() {
        netns.run("ip", "link", "set", device, "up");
        netns.awaitUdpPort(dump().port());
        return this;
    }

    /// Ends the daemon and starts it again with the same configuration and addresses.
    public void restart() {
        String conf = wg("showconf", device).ok().out();
        daemon.close();
        Await.until(
                "the interface is gone",
                Duration.ofSeconds(5),
                () -> Files.notExists(socket()) && !hasInterface());
        startDaemon();
        netns.command("wg", "setconf", device, "/dev/stdin").input(conf).run().ok();
        addresses.forEach(address -> netns.address(device, address));
        up();
    }

    /// Runs `wg` in the namespace.
    public Outcome wg(String... arguments) {
        return wgCommand(arguments).run();
    }

    /// Runs `wg set` for the interface, with its private key as standard input. Must succeed.
    public Outcome set(String... arguments) {
        List<String> argv = new ArrayList<>(List.of("set", device));
        argv.addAll(List.of(arguments));
        return wgCommand(argv.toArray(String[]::new)).input(keys.privateKey() + "\n").run().ok();
    }

    private Command wgCommand(String... arguments) {
        List<String> argv = new ArrayList<>(List.of("wg"));
        argv.addAll(List.of(arguments));
        return netns.command(argv.toArray(String[]::new));
    }

    /// The state of the interface.
    public WgDump dump() {
        return WgDump.parse(wg("show", device, "dump").ok().out());
    }

    /// How many packets ours has dropped, by the label of the reason.
    public Map<String, Long> drops() {
        String adit = software.program().resolveSibling("adit").toString();
        Map<String, Long> drops = new TreeMap<>();
        for (String line : netns.run(adit, "show", device, "drops").lines()) {
            String[] columns = line.split("\t");
            drops.put(columns[0], Long.valueOf(columns[1]));
        }
        return drops;
    }

    /// How many packets ours has dropped for the reason of that label.
    public long drops(String label) {
        return drops().getOrDefault(label, 0L);
    }

    /// Sets the interface's MTU.
    public void mtu(int mtu) {
        netns.run("ip", "link", "set", device, "mtu", String.valueOf(mtu));
    }

    /// True while its namespace has the interface.
    public boolean hasInterface() {
        return netns.command("ip", "link", "show", device).run().succeeded();
    }

    public String publicKey() {
        return keys.publicKey();
    }

    public String privateKey() {
        return keys.privateKey();
    }

    public Netns netns() {
        return netns;
    }

    public String device() {
        return device;
    }

    public Software software() {
        return software;
    }

    public Running daemon() {
        return daemon;
    }

    /// Where its configuration socket is.
    public Path socket() {
        return SOCKETS.resolve(device + ".sock");
    }

    /// What a failed test should show.
    public String report() {
        List<String> log = daemon.output().lines().toList();
        return "%s in %s (%s):%n%s%s%n"
                .formatted(
                        device,
                        netns.name(),
                        software,
                        wg("show", device),
                        String.join("\n", log.subList(Math.max(0, log.size() - 40), log.size())));
    }

    /// Ends the daemon, of which nothing may be left in its namespace, unless the test has ended it
    /// in its own way before.
    @Override
    public void close() {
        boolean alive = daemon.alive();
        daemon.close();
        if (alive) LeftoverCheck.awaitNone(netns, device, socket());
    }

    /// Where all daemons of the machine have their sockets.
    public static final Path SOCKETS = Path.of("/var/run/wireguard");
}
