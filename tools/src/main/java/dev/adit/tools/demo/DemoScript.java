package dev.adit.tools.demo;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.terminal.Cleanup;
import dev.adit.tools.terminal.CommandFailure;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The steps of the demonstration, on two hosts. Confined to the main thread, except for `cleanup`.
final class DemoScript {
    private final Programs programs;
    private final Programs undoing;
    private final Cleanup cleanup;
    private final String adit;
    private final String daemon;
    private final DemoHost a;
    private final DemoHost b;

    /// @param programs starts the programs of the steps
    /// @param undoing starts the programs that undo them
    /// @param adit the path of `adit`
    /// @param daemon the path of the daemon to demonstrate
    DemoScript(Programs programs, Programs undoing, Cleanup cleanup, String adit, String daemon) {
        this.programs = programs;
        this.undoing = undoing;
        this.cleanup = cleanup;
        this.adit = adit;
        this.daemon = daemon;
        long pid = ProcessHandle.current().pid();
        a = DemoHost.of(pid, 'a');
        b = DemoHost.of(pid, 'b');
    }

    /// The interface to show at the end.
    String device() {
        return a.device();
    }

    List<DemoStep> steps() {
        return List.of(
                new DemoStep("two hosts, joined by a cable", this::join),
                new DemoStep("a daemon on each", this::startDaemons),
                new DemoStep("keys made and exchanged", this::configure),
                new DemoStep("interfaces up", this::up),
                new DemoStep("a warm-up, not counted", this::warmUp),
                new DemoStep("IPv4 echoes through the tunnel", () -> echo(b.inner4())),
                new DemoStep("IPv6 echoes through the tunnel", () -> echo(b.inner6())),
                new DemoStep("a transfer over TCP", this::transfer));
    }

    private String join() throws CommandFailure, InterruptedException {
        for (DemoHost host : List.of(a, b)) cleanup.add(() -> undoing.run(host.remove()));
        for (List<String> command : DemoHost.join(a, b)) programs.run(command);
        return a.namespace() + " " + a.outer4() + ", " + b.namespace() + " " + b.outer4();
    }

    private String startDaemons() throws CommandFailure, InterruptedException {
        long start = System.nanoTime();
        List<Programs.Child> children = List.of(startDaemon(a), startDaemon(b));
        await(a, children.getFirst());
        await(b, children.getLast());
        return "ready after %d ms".formatted((System.nanoTime() - start) / 1_000_000);
    }

    private Programs.Child startDaemon(DemoHost host) throws CommandFailure {
        return programs.start(host.inside(List.of(daemon, "-f", host.device())));
    }

    /// Waits until the daemon answers.
    private static void await(DemoHost host, Programs.Child child)
            throws CommandFailure, InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!answers(host)) {
            if (child.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new CommandFailure(child.lastWords());
            }
            if (System.nanoTime() > giveUp)
                throw new CommandFailure(host.device() + " does not answer");
        }
    }

    private static boolean answers(DemoHost host) {
        try {
            client(host).status();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static UapiClient client(DemoHost host) {
        return new UapiClient(new UapiSocket(host.device()));
    }

    private String configure() throws IOException {
        PrivateKey keyOfA = key(), keyOfB = key();
        try {
            configure(a, keyOfA, b, keyOfB.publicKey());
            configure(b, keyOfB, a, keyOfA.publicKey());
        } finally {
            keyOfA.erase();
            keyOfB.erase();
        }
        return "";
    }

    private static PrivateKey key() {
        return PrivateKey.generate(new SecureRandom());
    }

    private static void configure(DemoHost host, PrivateKey key, DemoHost other, PublicKey otherKey)
            throws IOException {
        PeerUpdate peer =
                PeerUpdate.of(otherKey)
                        .endpoint(new Endpoint(address(other.outer4()), PORT))
                        .replaceAllowedIps()
                        .allow(allowed(other.inner4()), allowed(other.inner6()))
                        .build();
        DeviceUpdate update =
                DeviceUpdate.builder()
                        .privateKey(key.copy())
                        .listenPort(PORT)
                        .replacePeers()
                        .peer(peer)
                        .build();
        try {
            client(host).configure(update);
        } finally {
            update.erase();
        }
    }

    private static IpPrefix allowed(String text) {
        IpAddress address = address(text);
        return new IpPrefix(address, address.bits());
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private String up() throws CommandFailure, InterruptedException {
        for (DemoHost host : List.of(a, b)) {
            for (List<String> command : host.up()) programs.run(command);
        }
        programs.start(b.inside(List.of(adit, "demo-peer", "serve", b.inner4(), b.inner6())));
        return a.inner4() + ", " + a.inner6() + " and " + b.inner4() + ", " + b.inner6();
    }

    /// Java is slow until code has run often. A daemon has days for that, this demonstration a
    /// moment.
    private String warmUp() throws CommandFailure, InterruptedException {
        long start = System.nanoTime();
        programs.ask(a.inside(List.of(adit, "demo-peer", "warm-up", b.inner4())));
        return "%.1f s until Java had compiled the code"
                .formatted((System.nanoTime() - start) / 1e9);
    }

    private String echo(String address) throws CommandFailure, InterruptedException {
        List<String> command = List.of(adit, "demo-peer", "echo", address);
        UdpPing.Figures figures = UdpPing.Figures.parse(programs.ask(a.inside(command)).strip());
        if (!figures.complete()) throw new CommandFailure(address + ": " + figures);
        return address + ": " + figures;
    }

    private String transfer() throws CommandFailure, InterruptedException {
        List<String> command = List.of(adit, "demo-peer", "bulk", b.inner4());
        BulkTransfer.Figures figures =
                BulkTransfer.Figures.parse(programs.ask(a.inside(command)).strip());
        if (!figures.intact()) throw new CommandFailure(figures.toString());
        return figures.toString();
    }

    private static final int PORT = 51820;
    private static final int PATIENCE_SECONDS = 15;
}
