package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A machine of its own, on which `adit` or `wg-quick` brings tunnels up from files: namespaces, a
/// `/run`, a `/etc/hosts`, a folder of configurations, and a folder of programs that come first in
/// the `PATH`. Confined to the test's thread.
public final class Machine implements AutoCloseable {
    private final PrivateNamespace cell;
    private final TemporaryFolder folder = new TemporaryFolder();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> up = new ArrayList<>(); // the tunnels that are

    /// Makes one. `role` is part of its name.
    public static Machine create(String role) {
        Software.subject().required();
        return new Machine(PrivateNamespace.create(role));
    }

    private Machine(PrivateNamespace cell) {
        this.cell = cell;
        try {
            Files.createDirectory(file("bin"));
            environment("PATH", file("bin") + ":" + System.getenv("PATH"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Its namespace.
    public Netns netns() {
        return cell.netns();
    }

    /// Sets an environment variable of all that is run here.
    public Machine environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /// Lets names of hosts stand for addresses, in the lines of hosts(5).
    public Machine hosts(String lines) {
        write("hosts", "127.0.0.1 localhost\n" + lines);
        cell.run("mount", "--bind", file("hosts").toString(), "/etc/hosts");
        return this;
    }

    /// The path of a file in its folder.
    public Path file(String name) {
        return folder.file(name);
    }

    /// Writes a file that only root may read, and gives its path.
    public Path write(String name, String text) {
        return write(name, text, "rw-------");
    }

    /// Writes a shell script that is found before any other program of that name.
    public Machine program(String name, String script) {
        write("bin/" + name, "#!/bin/bash\n" + script, "rwxr-xr-x");
        return this;
    }

    private Path write(String name, String text, String permissions) {
        try {
            Path file = file(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What a file has in it; nothing when it is not there.
    public String read(String name) {
        try {
            return Files.exists(file(name)) ? Command.read(file(name)) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The command that runs `argv` here.
    public Command command(String... argv) {
        return cell.command(argv).with(environment);
    }

    /// Runs a command here, which must succeed.
    public Outcome run(String... argv) {
        return command(argv).run().ok();
    }

    /// The command that runs ours.
    public Command adit(String... arguments) {
        List<String> argv = new ArrayList<>(List.of(ADIT.toString()));
        argv.addAll(List.of(arguments));
        return command(argv.toArray(String[]::new));
    }

    /// Brings the tunnel of that file up. Closing the machine takes it down, if the test does not,
    /// and demands that nothing of it is left.
    public Outcome up(String conf) {
        Outcome outcome = adit("up", file(conf).toString()).run().ok();
        up.add(conf);
        return outcome;
    }

    /// Takes the tunnel of that file down, of which nothing may be left.
    public Outcome down(String conf) {
        up.remove(conf);
        Outcome outcome = adit("down", file(conf).toString()).run().ok();
        awaitNothingOf(conf);
        return outcome;
    }

    private void awaitNothingOf(String conf) {
        LeftoverCheck.awaitNone(this, device(conf));
    }

    private boolean isUp(String conf) {
        return command("ip", "link", "show", device(conf)).run().succeeded();
    }

    private static String device(String conf) {
        return Path.of(conf).getFileName().toString().replaceFirst("\\.conf$", "");
    }

    /// The stock wg-quick, with our daemon.
    public Command wgQuick(String verb, String conf) {
        return command("wg-quick", verb, file(conf).toString())
                .with("WG_QUICK_USERSPACE_IMPLEMENTATION", "aditd")
                .with("PATH", environment.get("PATH") + ":" + ADIT.getParent());
    }

    /// Fails unless `address` answers.
    public void assertReaches(String address) {
        Outcome ping = netns().ping(address, 5);
        if (!ping.succeeded()) throw new AssertionError(ping + "\n" + command("wg").run());
    }

    /// All that a tunnel may change: links, addresses, routes, rules, packet filters, sockets,
    /// processes and files of state.
    public String state() {
        awaitAddresses();
        StringBuilder state = new StringBuilder();
        for (String[] query : QUERIES) {
            Outcome answer = command(query).run();
            state.append(String.join(" ", query)).append('\n');
            answer.lines().stream().map(Machine::lasting).sorted().forEach(state::append);
        }
        state.append("processes ").append(processes()).append('\n');
        return state.append("files ").append(files()).toString();
    }

    /// Waits for up to a second until the kernel has looked whether others have new addresses of
    /// interfaces that are up: it begins with that some time after they were set.
    private void awaitAddresses() {
        String[] query = {"ip", "-6", "-o", "address", "show", "tentative", "up"};
        for (int i = 0; i < 20 && !command(query).run().out().isBlank(); i++) {
            Await.pass(Duration.ofMillis(50));
        }
    }

    /// Waits until the state is `before`, as a daemon takes a moment to end.
    public void awaitState(String before) {
        Await.until(
                () -> "all is as before:\n" + before + "\nand not:\n" + state(),
                Duration.ofSeconds(5),
                () -> state().equals(before));
    }

    /// Without what is another every time.
    private static String lasting(String line) {
        return line.replaceAll("link/ether [0-9a-f:]+", "link/ether")
                        .replaceAll("(valid_lft|preferred_lft) \\S+", "")
                        .replaceAll("fe80::[0-9a-f:]+", "fe80::x")
                        .replaceAll("@if[0-9]+|link-netnsid [0-9]+|^[0-9]+: (?=\\S+ )", "")
                + "\n";
    }

    private long processes() {
        return netns().pids().size();
    }

    private List<String> files() {
        String names = command("sh", "-c", "ls /run/wireguard /run/adit 2>/dev/null").run().out();
        return Stream.of(names.split("\n"))
                .filter(name -> !name.isBlank() && !name.endsWith(":"))
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        try {
            while (!up.isEmpty()) {
                String conf = up.removeLast();
                // It may have gone by the test's own doing, or with its daemon.
                if (isUp(conf)) down(conf);
            }
        } finally {
            cell.close();
            folder.close();
        }
    }

    private static final Path ADIT = Path.of(System.getProperty("adit.root"), "adit").normalize();

    private static final String[][] QUERIES = {
        {"ip", "-o", "link"},
        {"ip", "-o", "address"},
        {"ip", "-4", "route", "show", "table", "all"},
        {"ip", "-6", "route", "show", "table", "all"},
        {"ip", "-4", "rule"},
        {"ip", "-6", "rule"},
        {"nft", "list", "ruleset"},
        {"ss", "-Hlun"},
    };
}
