package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.CompatToolsNamespace;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// What an administrator and a service manager see of the process of a daemon, and what a daemon
/// does about a port that is taken.
class DaemonProcessTest {
    private static CompatToolsNamespace island;

    @BeforeAll
    static void start() {
        island = CompatToolsNamespace.create("proc");
    }

    @AfterAll
    static void stop() {
        if (island != null) island.close();
    }

    private static Outcome adit(String words) {
        return island.sh("PATH=%s:$PATH %s".formatted(CompatToolsNamespace.ROOT, words));
    }

    private static void write(String name, int port) {
        String conf = "[Interface]\nPrivateKey = %s\nAddress = 10.7.0.1/24\nListenPort = %d\n";
        island.write(name + ".conf", conf.formatted(Keys.generate().privateKey(), port));
    }

    // ---- a port that is taken

    @Test
    void bringsNoTunnelUpWhosePortIsTaken() {
        adit("aditd pt0 && wg set pt0 listen-port 4711 && ip link set pt0 up").ok();
        island.netns().awaitUdpPort(4711);
        write("pt1", 4711);
        for (String program :
                List.of("adit", CompatToolsNamespace.ROOT + "/compat/bin/wg-quick", "wg-quick")) {
            Outcome up =
                    adit("WG_QUICK_USERSPACE_IMPLEMENTATION=aditd " + program + " up ./pt1.conf");
            assertThat(up.status()).as("%s", up).isPositive();
            assertThat(up.err()).containsIgnoringCase("address already in use");
            assertThat(island.sh("ls /sys/class/net /run/wireguard").ok().out())
                    .doesNotContain("pt1");
            Await.until("no daemon", LIMIT, () -> island.daemons("pt1").isEmpty());
        }
        adit("ip link del pt0").ok();
    }

    @Test
    void setsAnInterfaceDownWhosePortWasTakenMeanwhile() {
        adit("aditd pm0 && wg set pm0 listen-port 4720 && ip link set pm0 up").ok();
        adit("LOG_LEVEL=error aditd pm1 >pm1.log && wg set pm1 listen-port 4721").ok();
        adit("wg set pm0 listen-port 4721 && ip link set pm1 up").ok();
        Await.until(
                "it is down",
                LIMIT,
                () -> island.sh("cat pm1.log").ok().out().contains("Interface set down"));
        assertThat(island.sh("ip -o link show pm1").ok().out()).doesNotContain("UP");
        assertThat(island.sh("cat pm1.log").ok().out()).contains("EADDRINUSE");
        assertThat(adit("wg set pm1 listen-port 4721").err()).contains("Address already in use");
        assertThat(adit("adit ifconfig pm1 up").err()).contains("Address already in use");
        adit("wg set pm0 listen-port 4723").ok();
        adit("adit ifconfig pm1 up").ok();
        assertThat(island.sh("ss -Hlun").ok().out()).contains(":4721 ");
        adit("ip link set pm1 down").ok();
        adit("wg set pm1 listen-port 4722 && ip link set pm1 up").ok();
        island.netns().awaitUdpPort(4722);
        adit("ip link del pm0; ip link del pm1").ok();
    }

    // ---- the process

    @Test
    void isCalledAditdAndHasFewCapabilities() throws IOException {
        Software.requireTool("setpriv");
        adit("aditd pn0").ok();
        long pid = island.daemons("pn0").getFirst();
        assertThat(Files.readString(Path.of("/proc/" + pid + "/comm"))).isEqualTo("aditd\n");
        assertThat(words(island.sh("pidof aditd"))).contains(String.valueOf(pid));
        assertThat(words(island.sh("pgrep -x aditd"))).contains(String.valueOf(pid));
        assertThat(island.sh("ss -xlp").ok().out()).contains("(\"aditd\",pid=" + pid + ",");
        for (Path thread : threads(pid)) {
            assertThat(Files.readString(thread.resolve("status")))
                    .contains("CapPrm:\t" + KEPT + "\n", "CapBnd:\t" + KEPT + "\n");
        }
        adit("ip link del pn0").ok();
    }

    private static List<String> words(Outcome outcome) {
        return List.of(outcome.ok().out().strip().split("\\s+"));
    }

    private static List<Path> threads(long pid) throws IOException {
        try (var tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.toList();
        }
    }

    @Test
    void endsWithoutAnErrorInItsLog() {
        Command command = island.command(ADITD, "-f", "pe0").with("LOG_LEVEL", "verbose");
        Running daemon = island.netns().start(command);
        Await.until("an interface", LIMIT, () -> adit("wg show pe0").succeeded());
        adit("ip link set pe0 up && ip link del pe0").ok();
        Outcome outcome = daemon.outcome(LIMIT);
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .containsOnlyOnce("Interface removed")
                .doesNotContain("ERROR", "EBADFD");
    }

    @Test
    void leavesNoFileWithSecretsWhenTheVirtualMachineCrashes() {
        adit("aditd px0").ok();
        island.sh("kill -SEGV " + island.daemons("px0").getFirst()).ok();
        Await.until("its end", LIMIT, () -> island.daemons("px0").isEmpty());
        assertThat(island.sh("ls").ok().out()).doesNotContain("hs_err", "core");
    }

    @Test
    void goesOnWhenNobodyReadsItsLog() {
        String reader = "{ sleep 1000 <log >/dev/null 2>&1 & echo $! >reader; }";
        island.sh("mkfifo log && " + reader + " && LOG_LEVEL=verbose " + ADITD + " ps0 >log").ok();
        // A line of some 80 bytes for each, so twice what the pipe and the daemon have room for.
        StringBuilder peers = new StringBuilder();
        byte[] key = new byte[32];
        for (int i = 1; i <= 8000; i++) {
            key[0] = (byte) i;
            key[1] = (byte) (i >> 8);
            String text = Base64.getEncoder().encodeToString(key);
            peers.append("[Peer]\nPublicKey = ").append(text).append('\n');
        }
        island.write("peers", peers.toString());
        adit("wg setconf ps0 peers").ok();
        assertThat(adit("wg show ps0 peers | wc -l").ok().out().strip()).isEqualTo("8000");
        adit("ip link del ps0").ok();
        Await.until("its end", LIMIT, () -> island.daemons("ps0").isEmpty());
        island.sh("kill $(cat reader)").ok();
    }

    // ---- the configuration socket

    @Test
    void letsNoOtherUserConfigureItWhateverTheSocketsMode() {
        Software.requireTool("setpriv");
        adit("LOG_LEVEL=error aditd pc0 >pc0.log").ok();
        island.sh("chmod 777 /run/wireguard /run/wireguard/pc0.sock && chmod 755 /run").ok();
        String other = "setpriv --reuid=60123 --regid=60123 --clear-groups ";
        assertThat(adit(other + "wg show pc0").succeeded()).isFalse();
        assertThat(adit("wg show pc0").succeeded()).isTrue();
        assertThat(island.sh("cat pc0.log").ok().out()).contains("refused a UAPI client of user");
        adit("ip link del pc0").ok();
    }

    // ---- a service manager

    @Test
    void isFoundByTheFileWithItsNumberAndBroughtUpAnew() throws IOException {
        write("pf0", 4730);
        String up = "ADIT_PID_FILE=/run/wireguard/pf0.pid adit up ./pf0.conf";
        adit(up).ok();
        long first = island.daemons("pf0").getFirst();
        assertThat(island.sh("cat /run/wireguard/pf0.pid").ok().out()).isEqualTo(first + "\n");
        island.sh("kill -KILL " + first).ok();
        Await.until("its end", LIMIT, () -> island.daemons("pf0").isEmpty());
        adit(up).ok();
        long second = island.daemons("pf0").getFirst();
        assertThat(island.sh("cat /run/wireguard/pf0.pid").ok().out()).isEqualTo(second + "\n");
        adit("adit down ./pf0.conf").ok();
        assertThat(island.sh("ls /run/wireguard").ok().out()).doesNotContain("pf0");
    }

    @Test
    void hasUnitsThatSystemdUnderstands() throws IOException {
        Software.requireTool("systemd-analyze");
        Path tree = island.file("tree");
        Path units = Files.createDirectories(tree.resolve("etc/systemd/system"));
        Command.of(CompatToolsNamespace.ROOT.resolve("dist/install.sh").toString())
                .with("DESTDIR", tree.toString())
                .run()
                .ok();
        List<String> verify = new ArrayList<>(List.of("systemd-analyze", "--man=no", "verify"));
        for (String name :
                List.of("adit@.service", "adit-proxy@.service", "aditd@.service", "adit.target")) {
            String text = Files.readString(units.resolve(name));
            Path unit = units.resolve(name.replace("@", "@wg0"));
            // The links in the tree lead to where it is to be moved.
            String programs = CompatToolsNamespace.ROOT.toString();
            Files.writeString(unit, text.replace("/usr/local/sbin", programs));
            verify.add(unit.toString());
        }
        Outcome outcome = Command.of(verify).within(Duration.ofMinutes(1)).run();
        assertThat(outcome.out() + outcome.err()).doesNotContain("wg0", "adit");
    }

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ADITD = CompatToolsNamespace.ROOT.resolve("aditd").toString();

    /// CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_NET_BIND_SERVICE, CAP_NET_BROADCAST,
    /// CAP_NET_ADMIN, CAP_NET_RAW, CAP_IPC_LOCK.
    private static final String KEPT = "0000000000007c06";
}
