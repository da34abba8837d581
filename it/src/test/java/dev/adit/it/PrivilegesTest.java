package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.CompatToolsNamespace;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.KnownPeer;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How little a daemon may have and still carry a tunnel, and the confinement of `dist/systemd`, as
/// far as it can be made without systemd.
///
/// ```
/// ┌─────────┐ loopback ┌──────┐
/// │ a: ours ├──────────┤ peer │
/// └─────────┘          └──────┘
/// ```
class PrivilegesTest {
    private final Keys own = Keys.generate();
    private final Keys peer = Keys.generate();
    private final String psk = Keys.preshared();
    private CompatToolsNamespace island;

    @BeforeEach
    void start() {
        island = CompatToolsNamespace.create("priv");
        Software.requireTool("setpriv");
        Outcome possible = island.command(confined("test", "-r", ADITD.toString())).run();
        assumeTrue(
                possible.succeeded(), () -> "another user cannot read " + ADITD + ": " + possible);
        island.sh("mkdir -m 755 /run/wireguard && chmod 755 /run && chown 60123 /run/wireguard")
                .ok();
        // As udev makes it; where there is no udev, only root may open it.
        island.sh("mknod -m 666 /run/tun c 10 200 && mount --bind /run/tun /dev/net/tun").ok();
        island.write("key", own.privateKey() + "\n");
        island.write("psk", psk + "\n");
    }

    @AfterEach
    void stop() {
        if (island != null) island.close();
    }

    @Test
    void carriesATunnelWithOneCapabilityAsAUserOfItsOwn() throws IOException {
        Running daemon = daemon(confined(ADITD.toString(), "-f", "wg0"));
        configure("wg0");
        assertCarries();
        assertConfined(daemon.pid());
        assertThat(status(daemon.pid(), "VmLck")).isNotEqualTo("0 kB");
        // Without a raw socket the error comes through the TUN.
        assertThat(island.sh("ping -n -c 1 -W 2 10.9.0.9").out())
                .contains("From 10.9.0.9", "Destination Host Unreachable");
        assertThat(island.sh("stat -c '%a %u' /run/wireguard/wg0.sock").ok().out())
                .isEqualTo("700 60123\n");
        daemon.terminate();
        assertThat(daemon.endsWithin(Duration.ofSeconds(5))).isTrue();
        assertThat(island.sh("ls /run/wireguard").ok().out()).isEmpty();
    }

    @Test
    void goesOnWhereNoMemoryMayBeLocked() throws IOException {
        Software.requireTool("prlimit");
        List<String> argv = new ArrayList<>(List.of("prlimit", "--memlock=0:0"));
        argv.addAll(List.of(confined(ADITD.toString(), "-f", "wg0")));
        Running daemon = daemon(argv.toArray(String[]::new));
        configure("wg0");
        assertCarries();
        assertThat(status(daemon.pid(), "VmLck")).isEqualTo("0 kB");
        daemon.awaitOutput("Secrets are not kept out of swap");
    }

    @Test
    void isBroughtUpByAditWithThoseRights() throws IOException {
        Path program = island.write("aditd-confined", wrapper());
        assertThat(program.toFile().setExecutable(true)).isTrue();
        island.write("wg0.conf", conf(""));
        island.sh("WG_QUICK_USERSPACE_IMPLEMENTATION=" + program + " " + ADIT + " up ./wg0.conf")
                .ok();
        assertCarries();
        assertConfined(island.daemons("wg0").getFirst());
        island.sh(ADIT + " down ./wg0.conf").ok();
        Await.until("it has ended", Duration.ofSeconds(5), () -> island.daemons("wg0").isEmpty());
    }

    /// Without systemd there are no `LockPersonality` and `RestrictRealtime`, which are seccomp
    /// filters, and no control group.
    @Test
    void theUnitOfSystemdRunsWithinItsConfinement() throws IOException {
        Software.requireTool("prlimit");
        Unit unit = Unit.installed(island);
        for (String program : unit.programs()) assertThat(Path.of(program)).isExecutable();
        island.write("wg0.conf", conf("PostUp = grep CapBnd /proc/self/status > bound\n"));
        island.sh(
                        "mkdir /run/confs && cp wg0.conf /run/confs && mount --bind /run/confs"
                                + " /etc/wireguard")
                .ok();
        unit.run("ExecStart").ok();
        assertCarries();
        long daemon = island.daemons("wg0").getFirst();
        assertThat(island.sh("cat " + unit.values("PIDFile").getFirst().replace("%i", "wg0")))
                .extracting(Outcome::out)
                .isEqualTo(daemon + "\n");
        assertThat(status(daemon, "CapBnd")).isNotEqualTo(status(1, "CapBnd"));
        assertThat(Files.readString(Path.of("/proc/" + daemon + "/limits")))
                .containsPattern("Max core file size +0 +0");
        unit.run("ExecReload").ok();
        assertThat(island.daemons("wg0")).containsExactly(daemon);
        unit.run("ExecStop").ok();
        unit.run("ExecStop").ok(); // as systemd does after `adit down` by hand
        Await.until("it has ended", Duration.ofSeconds(5), () -> island.daemons("wg0").isEmpty());
    }

    /// `dist/systemd/adit@.service` as `dist/install.sh` installs it, for an instance `wg0`.
    private record Unit(CompatToolsNamespace island, List<String> lines) {
        static Unit installed(CompatToolsNamespace island) throws IOException {
            Path destination = island.file("installed");
            Files.createDirectories(destination.resolve("etc/systemd/system"));
            Path script = CompatToolsNamespace.ROOT.resolve("dist/install.sh");
            Command.of(script.toString()).with("DESTDIR", destination.toString()).run().ok();
            Path file = destination.resolve("etc/systemd/system/adit@.service");
            return new Unit(island, Files.readAllLines(file));
        }

        List<String> values(String name) {
            return lines.stream()
                    .filter(line -> line.startsWith(name + "="))
                    .map(line -> line.substring(name.length() + 1))
                    .toList();
        }

        /// All words of its commands that are absolute paths outside `/dev` and `/run`.
        List<String> programs() {
            List<String> programs = new ArrayList<>();
            for (String name : List.of("ExecStart", "ExecStop", "ExecReload")) {
                for (String word : command(name).split("[\\s$()|;']+")) {
                    if (word.matches("/(?!dev/|run/).+")) programs.add(word);
                }
            }
            assertThat(programs).hasSizeGreaterThanOrEqualTo(5);
            return programs;
        }

        /// The command as a shell would have it, with our programs in the place of installed ones,
        /// which are those of another place.
        private String command(String name) {
            return values(name)
                    .getFirst()
                    .replace("$$", "$")
                    .replace("%%", "%")
                    .replace("%i", "wg0")
                    .replace("/usr/local/sbin", CompatToolsNamespace.ROOT.toString());
        }

        Outcome run(String name) {
            List<String> argv = new ArrayList<>(List.of("prlimit"));
            argv.add("--core=" + values("LimitCORE").getFirst());
            argv.add("setpriv");
            argv.add("--bounding-set=" + bounding());
            argv.addAll(List.of("sh", "-c", command(name)));
            Command command = island.command(argv.toArray(String[]::new));
            for (String variable : values("Environment")) {
                int equals = variable.indexOf('=');
                String value = variable.substring(equals + 1).replace("%i", "wg0");
                command.with(variable.substring(0, equals), value);
            }
            return command.within(Duration.ofMinutes(1)).run();
        }

        private String bounding() {
            String set = values("CapabilityBoundingSet").getFirst();
            assertThat(set).startsWith("~CAP_");
            return set.substring(1).replace("CAP_", "-").replace(' ', ',').toLowerCase(Locale.ROOT);
        }
    }

    private Running daemon(String... argv) {
        Command command = island.command(argv).with("LOG_LEVEL", "verbose");
        Running daemon = island.netns().start(command.with("WG_PROCESS_FOREGROUND", "1"));
        Await.until(
                () -> "the daemon answers; it says: " + daemon.output(),
                Duration.ofSeconds(20),
                () -> island.sh("wg show wg0").succeeded());
        return daemon;
    }

    private void configure(String device) {
        island.sh("wg set %s listen-port 51820 fwmark 51 private-key key".formatted(device)).ok();
        island.sh(
                        "wg set %s peer %s preshared-key psk allowed-ips 10.9.0.2/32"
                                .formatted(device, peer.publicKey()))
                .ok();
        island.sh("ip address add 10.9.0.1/24 dev %1$s && ip link set %1$s up".formatted(device))
                .ok();
        island.netns().awaitUdpPort(51820);
    }

    private String conf(String more) {
        return """
        [Interface]
        PrivateKey = %s
        ListenPort = 51820
        Address = 10.9.0.1/24
        %s
        [Peer]
        PublicKey = %s
        PresharedKey = %s
        AllowedIPs = 10.9.0.2/32
        """
                .formatted(own.privateKey(), more, peer.publicKey(), psk);
    }

    /// A handshake, and data both ways.
    private void assertCarries() {
        KnownPeer.in(island.netns(), "51820", own.publicKey(), peer.privateKey(), psk)
                .within(Duration.ofMinutes(1))
                .run()
                .ok();
        assertThat(island.sh("wg show wg0 transfer").ok().out()).doesNotContain("\t0");
    }

    private void assertConfined(long pid) throws IOException {
        assertThat(status(pid, "Uid")).startsWith("60123");
        for (String set : List.of("CapPrm", "CapEff", "CapBnd")) {
            assertThat(status(pid, set)).as(set).isEqualTo(NET_ADMIN);
        }
        assertThat(status(pid, "NoNewPrivs")).isEqualTo("1");
    }

    private static String status(long pid, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static String wrapper() {
        return "#!/bin/sh\nexec " + String.join(" ", confined(ADITD.toString())) + " \"$@\"\n";
    }

    /// As a user that nothing else has, with CAP_NET_ADMIN and nothing else, for good.
    private static String[] confined(String... argv) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid=60123",
                                "--regid=60123",
                                "--clear-groups",
                                "--bounding-set=-all,+net_admin",
                                "--inh-caps=-all,+net_admin",
                                "--ambient-caps=-all,+net_admin",
                                "--no-new-privs"));
        all.addAll(List.of(argv));
        return all.toArray(String[]::new);
    }

    private static final Path ADITD = CompatToolsNamespace.ROOT.resolve("aditd");
    private static final Path ADIT = CompatToolsNamespace.ROOT.resolve("adit");
    private static final String NET_ADMIN = "0000000000001000";
}
