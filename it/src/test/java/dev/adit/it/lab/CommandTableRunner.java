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
import java.util.regex.Pattern;

/// Where rows of the command tables are run, first with the installed `wg`, then with ours under
/// that name. Confined to one thread at a time.
///
/// ```
/// ┌──────────────────────────────┐            ┌──────────┐
/// │ wg0, set anew for each row   │ 192.0.2.0  │          │
/// │ wg1, which has seen traffic  ├────────────┤ wg2      │
/// └──────────────────────────────┘            └──────────┘
/// ```
public final class CommandTableRunner implements AutoCloseable {
    private final PrivateNamespace cell = PrivateNamespace.create("runner");
    private final Netns far = Netns.create("far");
    private final TemporaryFolder folder = new TemporaryFolder();
    private final Software software;
    private final Keys near = Keys.generate();
    private final Keys other = Keys.generate();

    /// What a script did.
    ///
    /// @param state the configuration of `wg0` afterwards
    public record Result(Outcome outcome, String state) {
        /// True when nobody could tell which program this was.
        public boolean sameAs(Result that) {
            return outcome.status() == that.outcome.status()
                    && outcome.out().equals(that.outcome.out())
                    && outcome.err().equals(that.outcome.err())
                    && state.equals(that.state);
        }

        /// The same as [#sameAs], of a program that ran at most `later` seconds after the other:
        /// handshakes are that much older by then.
        public boolean sameAs(Result that, long later) {
            List<Long> ages = ages(), before = that.ages();
            if (ages.size() != before.size()) return false;
            for (int i = 0; i < ages.size(); i++) {
                long aged = ages.get(i) - before.get(i);
                if (aged < 0 || aged > later) return false;
            }
            return withoutAges().sameAs(that.withoutAges());
        }

        private List<Long> ages() {
            return AGE.matcher(outcome.out()).results().map(m -> seconds(m.group(1))).toList();
        }

        private static long seconds(String age) {
            return UNIT.matcher(age)
                    .results()
                    .mapToLong(
                            m ->
                                    Long.parseLong(m.group(1))
                                            * (m.group(2).equals("minute") ? 60 : 1))
                    .sum();
        }

        private Result withoutAges() {
            String out = AGE.matcher(outcome.out()).replaceAll("latest handshake: some time ago");
            return new Result(
                    new Outcome(outcome.command(), outcome.status(), out, outcome.err()), state);
        }

        /// Of a few minutes at the most, which is all that a test takes.
        private static final Pattern AGE =
                Pattern.compile(
                        "latest handshake: ((?:\\d+ minutes?)?(?:, )?(?:\\d+ seconds?)?) ago");

        private static final Pattern UNIT = Pattern.compile("(\\d+) (minute|second)");

        /// What only one of the two has, in lines for people.
        public static String difference(Result expected, Result actual) {
            List<String> wanted = expected.lines(), found = actual.lines();
            StringBuilder text = new StringBuilder();
            for (String line : wanted) if (!found.contains(line)) text.append("- " + line + "\n");
            for (String line : found) if (!wanted.contains(line)) text.append("+ " + line + "\n");
            return text.isEmpty() ? "- " + expected + "\n+ " + actual : text.toString();
        }

        private List<String> lines() {
            List<String> lines = new ArrayList<>(List.of("status " + outcome.status()));
            outcome.out().lines().forEach(line -> lines.add("out: " + line));
            outcome.err().lines().forEach(line -> lines.add("err: " + line));
            state.lines().forEach(line -> lines.add("state: " + line));
            return lines;
        }
    }

    public CommandTableRunner(Software software, Path ours) {
        this.software = software;
        try {
            layOut(ours);
            startAll();
        } catch (IOException failure) {
            close();
            throw new UncheckedIOException(failure);
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    private void layOut(Path ours) throws IOException {
        Files.createDirectory(file("bin"));
        Files.createSymbolicLink(file("bin/wg"), ours);
        Files.createDirectory(file("work"));
        Files.writeString(file("work/psk"), PRESHARED + "\n");
        Files.writeString(file("work/key"), OTHER_PRIVATE + "\n");
        Files.writeString(file("work/base.conf"), BASE);
        Files.setPosixFilePermissions(file("."), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void startAll() {
        cell.netns().connect("eth0", far, "eth0");
        cell.netns().address("eth0", "192.0.2.1/24");
        far.address("eth0", "192.0.2.2/24");
        start(cell.netns(), "wg0");
        start(cell.netns(), "wg1");
        start(far, "wg2");
        cell.netns().address("wg1", "10.9.0.1/24");
        far.address("wg2", "10.9.0.2/24");
        converse();
    }

    private void start(Netns netns, String device) {
        Command command = cell.commandIn(netns, software.foreground(device));
        Running daemon = netns.start(command.with(software.environment()));
        Await.until(
                () -> device + " answers; it says: " + daemon.output(),
                Duration.ofSeconds(15),
                () -> cell.command("wg", "show", device).run().succeeded());
        netns.run("ip", "link", "set", device, "up");
    }

    /// Lets packets pass between `wg1` and `wg2`, so that there is a handshake and bytes to show.
    private void converse() {
        String conf =
                """
                [Interface]
                PrivateKey = %s
                ListenPort = %d
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.9.0.0/24
                Endpoint = 192.0.2.%d:%d
                [Peer]
                PublicKey = %s
                PresharedKey = %s
                AllowedIPs = 10.9.1.0/24, fd09::/64
                """;
        configure(
                "wg1",
                conf.formatted(
                        near.privateKey(), 9001, other.publicKey(), 2, 9002, PEER_A, PRESHARED));
        configure(
                "wg2",
                conf.formatted(
                        other.privateKey(), 9002, near.publicKey(), 1, 9001, PEER_A, PRESHARED));
        Outcome ping = cell.netns().ping("10.9.0.2", 5, "-s", "1300");
        if (!ping.succeeded()) throw new AssertionError(ping);
    }

    private void configure(String device, String conf) {
        cell.command("wg", "setconf", device, "/dev/stdin").input(conf).run().ok();
    }

    /// Runs a script with the installed `wg`, and amends what it says where ours differs
    /// throughout.
    public Result expected(String script) {
        Result result = run(script, System.getenv("PATH"));
        Outcome was = result.outcome();
        return new Result(
                new Outcome(was.command(), was.status(), was.out(), amended(was.err())),
                result.state());
    }

    private static String amended(String text) {
        return text
                // A kernel without WireGuard is not asked by ours; one with it says this.
                .replace("Protocol not supported", "No such device")
                // Since 1.0.20250521.
                .replace(
                        "[allowed-ips <ip1>/<cidr1>[,<ip2>/<cidr2>]...]",
                        "[allowed-ips [+|-]<ip1>/<cidr1>[,[+|-]<ip2>/<cidr2>]...]");
    }

    /// Runs a script with ours as `wg`.
    public Result actual(String script) {
        return run(script, file("bin") + ":" + System.getenv("PATH"));
    }

    private Result run(String script, String path) {
        configure("wg0", BASE);
        Outcome outcome =
                cell.command("bash", "-c", "cd " + file("work") + "\n" + script)
                        .with(WORDS)
                        .with("PATH", path)
                        .run();
        Outcome named =
                new Outcome(
                        outcome.command(),
                        outcome.status(),
                        named(outcome.out()),
                        named(outcome.err()));
        return new Result(named, state());
    }

    /// The name of ours is a path, as scripts are called by theirs.
    private String named(String text) {
        return text.replace(file("bin/wg").toString(), "wg");
    }

    /// A port of the kernel's choice is as good as another.
    private String state() {
        String conf = cell.command("wg", "showconf", "wg0").run().ok().out();
        return conf.replaceAll("ListenPort = [3-6][0-9]{4}\n", "ListenPort = any\n");
    }

    private Path file(String name) {
        return folder.file(name);
    }

    @Override
    public void close() {
        cell.close();
        far.close();
        folder.close();
    }

    /// Public keys of no meaning, and a private key with its public key.
    private static final String PEER_A = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
            PEER_B = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=",
            NEW_PEER = "gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=",
            PRIVATE = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=",
            PUBLIC = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=",
            OTHER_PRIVATE = "QH8sX6cvKqTqdjB3HzXKvYPpuPuXDJyeEv0bSGMdPHk=",
            PRESHARED = "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=";

    private static final String BASE =
            """
            [Interface]
            PrivateKey = %s
            ListenPort = 9000
            FwMark = 0x51a
            [Peer]
            PublicKey = %s
            PresharedKey = %s
            Endpoint = 192.0.2.7:51821
            AllowedIPs = 10.1.0.0/16, fd01::/64
            PersistentKeepalive = 25
            [Peer]
            PublicKey = %s
            Endpoint = [2001:db8::7]:51822
            AllowedIPs = 10.2.0.0/16
            """
                    .formatted(PRIVATE, PEER_A, PRESHARED, PEER_B);

    private static final Map<String, String> WORDS =
            Map.of(
                    "A", PEER_A, "B", PEER_B, "C", NEW_PEER, "PRIVATE", PRIVATE, "PUBLIC", PUBLIC,
                    "PSK", PRESHARED);
}
