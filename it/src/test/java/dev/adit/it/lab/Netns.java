package dev.adit.it.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace of its own, named after this virtual machine, with the programs that the
/// test started in it.
///
/// Closing it ends what still runs inside; if the test does not, the end of the virtual machine
/// does.
public final class Netns implements AutoCloseable {
    private final String name;
    private final List<Running> running = new ArrayList<>();
    private final List<Runnable> closing = new ArrayList<>();

    /// Creates a namespace with loopback up. `role` is part of its name.
    ///
    /// Skips the test where that, or TUN devices, or the tools that every test needs are missing.
    public static Netns create(String role) {
        for (String tool : TOOLS) Software.requireTool(tool);
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no /dev/net/tun");
        Netns created = new Netns("adit-" + unique() + "-" + role);
        Outcome added = Command.of("ip", "netns", "add", created.name).run();
        assumeTrue(added.succeeded(), () -> "no network namespaces here (not root?): " + added);
        OPEN.add(created);
        created.run("ip", "link", "set", "lo", "up");
        // As for IPv4: addresses are usable at once, and stay while their interface is down.
        created.run("sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0");
        created.run("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0");
        created.run("sysctl", "-qw", "net.ipv6.conf.all.keep_addr_on_down=1");
        created.run("sysctl", "-qw", "net.ipv6.conf.default.keep_addr_on_down=1");
        return created;
    }

    private Netns(String name) {
        this.name = name;
    }

    /// A short text that no other virtual machine on this machine has, nor this one again.
    public static String unique() {
        return Long.toString(ProcessHandle.current().pid(), 36)
                + "x"
                + Integer.toString(COUNTER.incrementAndGet(), 36);
    }

    public String name() {
        return name;
    }

    /// The command that runs `argv` inside.
    public Command command(String... argv) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
        inside.addAll(List.of(argv));
        return Command.of(inside);
    }

    /// Runs a command inside, which must succeed.
    public Outcome run(String... argv) {
        return command(argv).run().ok();
    }

    /// Starts a program inside. It is ended with the namespace.
    public Running start(Command command) {
        Running started = command.start();
        running.add(started);
        return started;
    }

    /// Has `step` done when the namespace is closed, before anything is ended by force.
    void closes(Runnable step) {
        closing.add(step);
    }

    /// Lays a cable from `device` here to `otherDevice` there.
    public void connect(String device, Netns other, String otherDevice) {
        Command.of(
                        "ip",
                        "link",
                        "add",
                        "name",
                        device,
                        "netns",
                        name,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        otherDevice,
                        "netns",
                        other.name)
                .run()
                .ok();
        run("ip", "link", "set", device, "up");
        other.run("ip", "link", "set", otherDevice, "up");
    }

    /// Moves `device` from here to another namespace.
    public void move(String device, Netns other) {
        Command.of("ip", "-n", name, "link", "set", device, "netns", other.name).run().ok();
    }

    /// Gives `device` the addresses, each with its prefix length. They are usable at once.
    public void address(String device, String... addresses) {
        for (String address : addresses) {
            // Until it is sure that nobody else has an IPv6 address, the kernel prefers any other.
            List<String> argv = new ArrayList<>(List.of("ip", "address", "add", address));
            argv.addAll(List.of("dev", device));
            if (address.contains(":")) argv.add("nodad");
            run(argv.toArray(String[]::new));
        }
    }

    /// The IPv6 address that `device` gave itself.
    public String linkLocal(String device) {
        String line =
                run("ip", "-6", "-o", "address", "show", "dev", device, "scope", "link").out();
        return line.replaceFirst("(?s).*inet6 (\\S+)/.*", "$1");
    }

    /// One of the numbers that the kernel keeps of `device`, such as `tx_packets`.
    public long statistic(String device, String name) {
        String file = "/sys/class/net/" + device + "/statistics/" + name;
        return Long.parseLong(run("cat", file).out().strip());
    }

    /// The pids of all that runs inside.
    public List<Long> pids() {
        return Command.of("ip", "netns", "pids", name).run().ok().lines().stream()
                .map(line -> Long.valueOf(line.strip()))
                .toList();
    }

    /// Waits until a UDP socket inside is bound to `port`.
    public void awaitUdpPort(int port) {
        Await.until(
                "a UDP socket on port " + port + " in " + name,
                Duration.ofSeconds(10),
                () -> !run("ss", "-Hlun", "sport", "=", ":" + port).out().isBlank());
    }

    /// Waits until a TCP socket inside listens on `port`.
    public void awaitTcpPort(int port) {
        Await.until(
                "a TCP socket on port " + port + " in " + name,
                Duration.ofSeconds(10),
                () -> !run("ss", "-Hltn", "sport", "=", ":" + port).out().isBlank());
    }

    /// True when one echo request from here is answered within `seconds`.
    public boolean pings(String address, double seconds, String... options) {
        return ping(address, seconds, options).succeeded();
    }

    /// Sends one echo request and waits up to `seconds` for the answer.
    public Outcome ping(String address, double seconds, String... options) {
        List<String> argv =
                new ArrayList<>(List.of("ping", "-n", "-c", "1", "-W", String.valueOf(seconds)));
        argv.addAll(List.of(options));
        argv.add(address);
        return command(argv.toArray(String[]::new)).run();
    }

    /// Ends what was started inside and whatever is left there, and removes the namespace.
    @Override
    public void close() {
        if (!OPEN.remove(this)) return;
        try {
            closing.forEach(Runnable::run);
        } finally {
            end();
        }
    }

    private void end() {
        running.forEach(Running::close);
        for (long pid : pids()) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        Command.of("ip", "netns", "delete", name).run().ok();
    }

    private static final List<String> TOOLS = List.of("ip", "ping", "ss", "sysctl", "wg");
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final Set<Netns> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> List.copyOf(OPEN).forEach(Netns::close)));
    }
}
