package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.device.config.file.ConfFile;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.host.LinuxHost;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The verbs on a real system, beside wg-quick, each in a network namespace of its own. The daemon
/// is wireguard-go for both.
class NamespaceTest {

    @TempDir Path folder;

    /// Sockets are shared by all namespaces of the machine, so that the name must be, too.
    private final String name = "aq" + ProcessHandle.current().pid() % 1_000_000_000;

    private Path adit;

    @BeforeEach
    void hasWhatItNeeds() throws Exception {
        LinuxHost host = new LinuxHost(System.getenv(), null);
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "not root");
        for (String program :
                List.of("ip", "nft", "wg", "wg-quick", "wireguard-go", "unshare", "bash")) {
            assumeTrue(host.find(program).isPresent(), "there is no " + program);
        }
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "there is no /dev/net/tun");
        assumeTrue(
                new ProcessBuilder("unshare", "-n", "nft", "list", "tables")
                                .redirectErrorStream(true)
                                .redirectOutput(folder.resolve("probe").toFile())
                                .start()
                                .waitFor()
                        == 0,
                "no network namespace, or no nftables in it");
        adit = program("adit", "exec " + java() + " " + QuickProgram.class.getName() + " \"$@\"");
        // Notes what it is told, and knows nothing.
        program("resolvconf", "[ $1 != -l ] && { echo \"$@\"; [ $1 = -d ] || cat; } >> $NOTES");
    }

    @Test
    void leavesTheSameAsWgQuickForDefaultRoutesOfBothFamilies() throws Exception {
        assertSameAsWgQuick(FULL);
    }

    @Test
    void leavesTheSameAsWgQuickForRoutesBesideAddresses() throws Exception {
        assertSameAsWgQuick(
                """
                [Interface]
                Address = 192.0.2.1/24, fd00:1::1/64
                Address = 192.0.2.9
                DNS = 192.0.2.53, example.org
                MTU = 1337
                PostUp = ip -4 route add 203.0.113.0/24 dev %i
                PreDown = ip -4 route del 203.0.113.0/24 dev %i
                [Peer]
                PublicKey = I+hXRAJOG/UE2IQvIHsou2zTgkUyPve2pzvHTnd/2Gg=
                AllowedIPs = 192.0.2.0/24, 192.0.2.7/32, 10.0.0.0/8, 10.1.0.0/16, fd00:1::5/128
                [Peer]
                PublicKey = zJNKewtL3gcHdG62V3GaBkErFtapJWsAx+2um0c0B1s=
                AllowedIPs = fd00:2::/48, 10.1.2.3/32
                Endpoint = 10.0.9.9:51820
                """);
    }

    @Test
    void leavesTheSameAsWgQuickForATableOfItsOwn() throws Exception {
        assertSameAsWgQuick("[Interface]\nTable = 1234\nFwMark = 77\n" + PEER);
        assertSameAsWgQuick("[Interface]\nTable = off\n" + PEER);
        assertSameAsWgQuick("[Interface]\nFwMark = 77\nAddress = 192.0.2.1/32\n" + PEER);
    }

    @Test
    void takesDownWhatWgQuickBroughtUp() throws Exception {
        write(FULL);
        Map<String, String> parts =
                run(
                        "echo '== before'; state",
                        "wg-quick up $CONF 2>/dev/null",
                        "$ADIT down $CONF 2>/dev/null",
                        "echo '== after'; state");
        assertThat(parts.get("after")).isEqualTo(parts.get("before"));
    }

    /// What outlives the interface is unknown to wg-quick, and for us to take away.
    @Test
    void takesAwayWhatADownOfWgQuickLeaves() throws Exception {
        write(FULL);
        Map<String, String> parts =
                run(
                        "echo '== before'; state",
                        "$ADIT up $CONF 2>/dev/null",
                        "wg-quick down $CONF 2>/dev/null",
                        "echo '== left'; state | grep ^unreachable",
                        "$ADIT down $CONF 2>/dev/null",
                        "echo '== after'; state");
        assertThat(parts.get("left")).contains("unreachable default table 51820 metric 4294967295");
        assertThat(parts.get("after")).isEqualTo(parts.get("before"));
    }

    @Test
    void savesWhatWgQuickSaves() throws Exception {
        String text = FULL.replace("[Interface]", "[Interface]\nSaveConfig = true\nMTU = 1400");
        Path file = write(text + "PersistentKeepalive = 7\n");
        run("$ADIT up $CONF 2>/dev/null", "wg set $NAME listen-port 3333", "wg-quick save $CONF");
        String theirs = Files.readString(file);
        write(text + "PersistentKeepalive = 7\n");
        run("$ADIT up $CONF 2>/dev/null", "wg set $NAME listen-port 3333", "$ADIT down $CONF");
        // The kernel's own addresses are none of the configuration's.
        assertThat(Files.readString(file)).isEqualTo(theirs.replaceAll("Address = fe80.*\n", ""));
    }

    @Test
    void runsHooksThatSubstituteOutputs() throws Exception {
        Files.writeString(folder.resolve("key"), "oJpRt2Oq27vIB5/UVb7BRqCwad2YMReQgH5tlxz8YmI=\n");
        write(
                "[Interface]\nPreUp = wg set %i listen-port 4444\n"
                        + "PostUp = wg set %i private-key <(cat "
                        + folder
                        + "/key) # from a vault\n");
        Map<String, String> parts =
                run("$ADIT up $CONF 2>/dev/null", "echo '== shown'; wg showconf $NAME");
        assertThat(parts.get("shown"))
                .contains("ListenPort = 4444")
                .contains("PrivateKey = oJpRt2Oq27vIB5/UVb7BRqCwad2YMReQgH5tlxz8YmI=");
    }

    @Test
    void undoesEverythingWhenItFailsOrIsInterrupted() throws Exception {
        // The shell's parent is the JVM.
        for (String hook :
                List.of("exit 7", "kill -TERM $PPID; sleep 2", "kill -INT $PPID; sleep 2")) {
            write(FULL.replace("[Interface]", "[Interface]\nPostUp = " + hook));
            Map<String, String> parts =
                    run(
                            "echo '== before'; state",
                            "$ADIT up $CONF 2>/dev/null; status=$?",
                            "echo '== after'; state",
                            "echo '== status'; echo $status",
                            "echo '== left'; ls /var/run/wireguard /var/run/adit | grep $NAME");
            assertThat(parts.get("after")).as(hook).isEqualTo(parts.get("before"));
            assertThat(parts.get("status").strip()).as(hook).isIn("7", "143", "130");
            assertThat(parts.get("left")).as(hook).isEmpty();
        }
    }

    @Test
    void downCleansUpAfterAnUpThatWasKilled() throws Exception {
        for (String key : List.of("PreUp", "PostUp")) {
            for (String also : List.of(":", "ip link delete dev $NAME")) {
                write(FULL.replace("[Interface]", "[Interface]\n" + key + " = kill -9 $PPID"));
                Map<String, String> parts =
                        run(
                                "echo '== before'; state",
                                "echo '== killed'; $ADIT up $CONF 2>/dev/null",
                                also,
                                "$ADIT down $CONF 2>/dev/null; status=$?",
                                "echo '== after'; state",
                                "echo '== status'; echo $status",
                                "echo '== left'; ls /var/run/wireguard /var/run/adit | grep $NAME");
                assertThat(parts.get("after")).as(key + also).isEqualTo(parts.get("before"));
                assertThat(parts.get("status").strip()).as(key + also).isEqualTo("0");
                assertThat(parts.get("left")).as(key + also).isEmpty();
            }
        }
    }

    @Test
    void canComeUpOnTheSamePortAtOnce() throws Exception {
        write("[Interface]\nListenPort = 45454\n");
        Map<String, String> parts =
                run(
                        "for i in 1 2 3; do",
                        "$ADIT up $CONF 2>/dev/null; wg show $NAME listen-port",
                        "$ADIT down $CONF 2>/dev/null; ps -C wireguard-go -o args= | grep $NAME",
                        "done > $CONF.ports; echo '== ports'; cat $CONF.ports");
        assertThat(parts.get("ports")).isEqualTo("45454\n45454\n45454\n");
    }

    @Test
    void rehearsesWithoutPrivileges() throws Exception {
        Path file = write(FULL);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> parts =
                run(
                        "echo '== plan'",
                        "setpriv --reuid=65534 --clear-groups $ADIT up --dry-run $CONF 2>&1",
                        "echo '== after'; ip link show dev $NAME 2>&1");
        assumeTrue(!parts.get("plan").contains("setpriv"), "there is no setpriv");
        boolean hidden = parts.get("plan").matches("(?s).*(Permission denied|find or load main).*");
        assumeTrue(!hidden, "nobody may read this folder");
        assertThat(parts.get("plan")).contains("[#] ip -6 rule add not fwmark 51820 table 51820");
        assertThat(parts.get("after")).contains("does not exist");
    }

    private void assertSameAsWgQuick(String text) throws Exception {
        write(text);
        List<Map<String, String>> both = new ArrayList<>();
        for (String program : List.of("wg-quick", "$ADIT")) {
            Files.deleteIfExists(folder.resolve("dns"));
            both.add(
                    run(
                            "echo '== before'; state",
                            program + " up $CONF 2>/dev/null; status=$?",
                            "echo '== up'; state; wg show $NAME allowed-ips | sort",
                            "wg show $NAME fwmark",
                            program + " down $CONF 2>/dev/null; status=$status$?",
                            "echo '== after'; state",
                            "echo '== status'; echo $status",
                            "echo '== dns'; cat $NOTES 2>/dev/null",
                            "echo '== left'; ls /var/run/wireguard | grep $NAME",
                            "pgrep -x wireguard-go -a | grep $NAME"));
        }
        Map<String, String> theirs = both.get(0), ours = both.get(1);
        assertThat(ours.get("status")).isEqualTo("00\n");
        assertThat(UNREACHABLE.matcher(ours.get("up")).replaceAll(""))
                .contains(name)
                .isEqualTo(theirs.get("up"));
        assertThat(ours.get("dns")).isEqualTo(theirs.get("dns"));
        assertThat(ours.get("after")).isEqualTo(ours.get("before"));
        assertThat(ours.get("left")).isEmpty();
    }

    private Path write(String text) throws IOException {
        Path file = folder.resolve(name + ".conf");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    /// Runs lines of shell in a new network namespace, and gives what they wrote after each line
    /// `== PART`.
    private Map<String, String> run(String... lines) throws Exception {
        Path script = folder.resolve("script");
        Files.writeString(script, PROLOGUE + String.join("\n", lines) + "\n" + EPILOGUE);
        File out = folder.resolve("out").toFile();
        ProcessBuilder builder =
                new ProcessBuilder("unshare", "-n", "bash", script.toString())
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(out);
        Map<String, String> environment = builder.environment();
        environment.put("PATH", folder + ":" + environment.get("PATH"));
        environment.put("NOTES", folder.resolve("dns").toString());
        environment.put("NAME", name);
        environment.put("CONF", folder.resolve(name + ".conf").toString());
        environment.put("ADIT", adit.toString());
        environment.put("WG_QUICK_USERSPACE_IMPLEMENTATION", "wireguard-go");
        builder.start().waitFor();
        Map<String, String> parts = new java.util.HashMap<>();
        for (String part : Files.readString(out.toPath()).split("(?m)^== ")) {
            String[] titled = part.split("\n", 2);
            parts.put(
                    titled[0],
                    UNSTABLE.matcher(titled.length < 2 ? "" : titled[1]).replaceAll("X"));
        }
        return parts;
    }

    private Path program(String called, String line) throws IOException {
        Path file = Files.writeString(folder.resolve(called), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private static String java() throws URISyntaxException {
        List<String> path =
                new ArrayList<>(
                        List.of(
                                Path.of("target/classes").toAbsolutePath().toString(),
                                Path.of("target/test-classes").toAbsolutePath().toString()));
        for (Class<?> type :
                List.of(Quick.class, ConfFile.class, PublicKey.class, IpPrefix.class)) {
            path.add(
                    Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                            .toString());
        }
        return System.getProperty("java.home")
                + "/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "
                + String.join(":", path);
    }

    private static final String PEER =
            """
            [Peer]
            PublicKey = I+hXRAJOG/UE2IQvIHsou2zTgkUyPve2pzvHTnd/2Gg=
            AllowedIPs = 0.0.0.0/0, ::/0, 10.5.0.0/16
            Endpoint = 10.0.9.9:51820
            """;

    private static final String FULL =
            """
            [Interface]
            PrivateKey = oJpRt2Oq27vIB5/UVb7BRqCwad2YMReQgH5tlxz8YmI=
            Address = 192.0.2.1/24, fd00:1::1/64
            """
                    + PEER;

    /// A way out of MTU 1450, and the function `state`, which shows all that a tunnel changes, once
    /// the kernel has finished with new addresses.
    private static final String PROLOGUE =
            """
            ip link set lo up
            ip link add out0 type veth peer name out1
            ip link set out0 mtu 1450 up; ip link set out1 up
            ip addr add 10.0.9.1/24 dev out0
            ip route add default via 10.0.9.2
            state() {
                for i in $(seq 500); do
                    [ -n "$(ip -o addr show dev $NAME tentative 2>/dev/null)" ] || break
                    sleep 0.01
                done
                ip -o link show | grep -o "$NAME.*mtu [0-9]*"
                ip -o addr show dev $NAME 2>/dev/null | cut -d' ' -f2-
                for family in -4 -6; do
                    ip $family rule show
                    ip $family route show table all | grep -v out
                done
                nft list ruleset
            }
            """;

    private static final String EPILOGUE =
            """
            for i in 1 2 3 4 5; do ip link delete dev $NAME 2>/dev/null; done
            exit 0
            """;

    /// The routes for when the interface is gone, which wg-quick does not have.
    private static final Pattern UNREACHABLE =
            Pattern.compile("(?m)^unreachable \\S+ .*metric 4294967295.*\n");

    /// What the kernel makes up anew each time.
    private static final Pattern UNSTABLE = Pattern.compile("fe80:[0-9a-f:]+");
}
