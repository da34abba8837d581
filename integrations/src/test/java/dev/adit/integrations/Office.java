package dev.adit.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Command;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.UnprivilegedProgram;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Servers of others behind wireguard-go, and a program without any right that reaches them through
/// a network of its own.
///
/// ```
/// ┌──────────────────────┐                 ┌──────────────────────────────────┐
/// │ program   10.9.0.1   │                 │ servers, a name server 10.9.0.2  │
/// │ as 65534  fd09::1    │  192.0.2.0/24   │ wireguard-go           fd09::2   │
/// │ eth0      192.0.2.1  ├─────────────────┤ eth0                   192.0.2.2 │
/// │ no route elsewhere   │                 │ web.internal, db.internal, ...   │
/// └──────────────────────┘                 └──────────────────────────────────┘
/// ```
///
/// Confined to the test's thread.
final class Office implements AutoCloseable {
    private final Netns outside = Netns.create("program");
    private final Netns inside = Netns.create("office");
    private final Path folder;
    private final UnprivilegedProgram programs;
    private final Certificates certificates;
    private Host host;

    /// Starts it; the folder is for files that the servers and the program may read.
    ///
    /// @param names of the servers, each with both addresses
    static Office start(Path folder, String... names) {
        Office office = new Office(folder);
        try {
            office.connect(names);
            return office;
        } catch (RuntimeException | Error failure) {
            office.close();
            throw failure;
        }
    }

    private Office(Path folder) {
        this.folder = folder;
        programs = UnprivilegedProgram.in(folder);
        certificates = Certificates.in(folder, "*.internal");
    }

    private void connect(String... names) {
        outside.connect("eth0", inside, "eth0");
        outside.address("eth0", "192.0.2.1/24");
        inside.address("eth0", "192.0.2.2/24");
        Keys keys = Keys.generate();
        host = Host.start(inside, Software.wireguardGo(), 51821);
        host.address("10.9.0.2/24", "fd09::2/64").up();
        host.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
        UnprivilegedProgram.readable(
                conf(),
                """
                [Interface]
                PrivateKey = %s
                Address = 10.9.0.1/24, fd09::1/64
                DNS = 10.9.0.2, internal
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.9.0.2/32, fd09::2/128
                Endpoint = 192.0.2.2:51821
                """
                        .formatted(keys.privateKey(), host.publicKey()));
        serveNames(names);
    }

    private void serveNames(String... names) {
        String hosts = String.join(" ", names);
        Path file =
                UnprivilegedProgram.readable(
                        file("hosts"), "10.9.0.2 " + hosts + "\nfd09::2 " + hosts + "\n");
        serve(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--addn-hosts=" + file,
                "--local=/internal/",
                "--user=root",
                "--pid-file=",
                "--log-facility=-");
        inside.awaitUdpPort(53);
    }

    /// A file that is gone with the office.
    Path file(String name) {
        return folder.resolve(name);
    }

    /// The wg-quick file of the program.
    Path conf() {
        return file("office.conf");
    }

    Certificates certificates() {
        return certificates;
    }

    /// The namespace of the servers.
    Netns inside() {
        return inside;
    }

    /// Starts a server inside. Skips the test where it is not installed.
    Running serve(String... argv) {
        Software.requireTool(argv[0]);
        return inside.start(inside.command(argv));
    }

    /// Starts a program outside, with the configuration as its first argument.
    Running start(Class<?> program, String... arguments) {
        return start(Map.of(), program, arguments);
    }

    /// The same with an environment.
    Running start(Map<String, String> environment, Class<?> program, String... arguments) {
        return outside.start(command(program, arguments).with(environment));
    }

    /// Starts a program inside, without any right, with `-` as its first argument.
    Running startInside(Class<?> program, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-"));
        all.addAll(List.of(arguments));
        return inside.start(programs.in(inside, program, all.toArray(String[]::new)));
    }

    /// Runs a program outside, which must succeed, to its end.
    Outcome run(Duration limit, Class<?> program, String... arguments) {
        Outcome outcome = command(program, arguments).within(limit).run();
        assertThat(outcome.succeeded()).as(() -> outcome + host.report()).isTrue();
        return outcome;
    }

    /// Runs a program of the folder `examples` outside, which must succeed.
    Outcome runExample(String name, String... arguments) throws IOException {
        Path example = Path.of(System.getProperty("adit.root"), "examples", name + ".java");
        Path source = UnprivilegedProgram.readable(file(name + ".java"), Files.readString(example));
        List<String> all = new ArrayList<>(List.of(conf().toString()));
        all.addAll(List.of(arguments));
        return programs.in(outside, source.toString(), all.toArray(String[]::new)).run().ok();
    }

    private Command command(Class<?> program, String... arguments) {
        List<String> all = new ArrayList<>(List.of(conf().toString()));
        all.addAll(List.of(arguments));
        return programs.in(outside, program, all.toArray(String[]::new));
    }

    /// Cuts the cable: from now on nothing answers.
    void cut() {
        inside.run("ip", "link", "set", "eth0", "down");
    }

    /// Undoes [#cut].
    void mend() {
        inside.run("ip", "link", "set", "eth0", "up");
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
    }
}
