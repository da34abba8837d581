package dev.adit.tools.ifconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class IfConfigTest {
    private static final String PID = String.valueOf(ProcessHandle.current().pid());

    @TempDir Path folder;
    private final FakeHost host = new FakeHost();
    private FakeTerminal terminal = new FakeTerminal();
    private String message;

    private CommandContext around() {
        return new CommandContext(
                host, host, Resolver.system(), folder.resolve("records"), "net:[1]");
    }

    private int run(Command command, String... words) {
        terminal = new FakeTerminal();
        message = null;
        try {
            return command.run(terminal.terminal(), List.of(words));
        } catch (CommandFailure e) {
            message = e.getMessage();
            return 1;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int ifconfig(String line) {
        return run(new IfConfig(_ -> around()), line.isEmpty() ? new String[0] : line.split(" "));
    }

    private int netstart(String... words) {
        return run(new NetStart(_ -> around()), words);
    }

    private void done(String line) {
        assertThat(ifconfig(line)).as("%s: %s", line, message).isZero();
    }

    private void fails(String line, String expected) {
        assertThat(ifconfig(line)).as(line).isEqualTo(1);
        assertThat(message).isEqualTo("ifconfig: " + expected);
    }

    // ---- what is done

    @Test
    void createsConfiguresAndDestroys() {
        done("wg0 create wgport 7 inet 10.0.0.1/24 up");
        assertThat(host.done)
                .containsExactly(
                        "aditd wg0",
                        "ip address add 10.0.0.1/24 dev wg0",
                        "ip link set dev wg0 up",
                        "ip link set dev wg0 up",
                        "wg0\nlisten_port=7\n");
        host.done.clear();
        done("wg0 destroy");
        assertThat(host.done).containsExactly("ip link delete dev wg0", "wait for wg0");
        assertThat(host.links).isEmpty();
    }

    @Test
    void changesNothingWhenAWordIsWrong() {
        fails("wg0 create up wgpeer " + LineParserTest.PEER_A + " wgka 5", "wgka: bad value");
        assertThat(host.done).isEmpty();
    }

    @Test
    void createsOnlyWhatIsNotThere() {
        done("wg0 create");
        fails("wg0 create", "wg0: SIOCIFCREATE: File exists");
        fails("wg1 up", "wg1: no such interface");
        fails("wg1", "wg1: no such interface");
        fails("wg1 destroy", "wg1: no such interface");
    }

    @Test
    void leavesInterfacesAloneThatNoDaemonServes() {
        host.links.put("eth0", "");
        host.foreign.add("eth0");
        for (String words : List.of("", " destroy", " down", " 10.0.0.1/24", " wgport 1")) {
            fails("eth0" + words, "eth0: no daemon serves it");
        }
        fails("eth0 create", "eth0: SIOCIFCREATE: File exists");
        assertThat(host.done).isEmpty();
    }

    @Test
    void findsANameWhenNoneIsGiven() {
        done("wg create");
        assertThat(terminal.out()).isEqualTo("wg0\n");
        done("wg create up");
        assertThat(terminal.out()).isEqualTo("wg1\n");
        done("wg create name wan mtu 1300");
        assertThat(terminal.out()).isEqualTo("wan\n");
        assertThat(host.links).containsOnlyKeys("wg0", "wg1", "wan");
        assertThat(host.done).endsWith("ip link set dev wan mtu 1300");
    }

    @ParameterizedTest
    @CsvSource({
        "1234567890123456 up,1234567890123456: interface name too long",
        "../x up,../x: bad interface name"
    })
    void refusesNamesThatCannotBe(String line, String expected) {
        fails(line, expected);
    }

    @Test
    void saysWhatTheInterfaceRefuses() {
        done("wg0 create");
        host.refusal = 98;
        fails("wg0 wgport 53", "wg0: SIOCSWG: Not today");
    }

    @Test
    void failsWhenTheInterfaceComesUpWithoutSockets() {
        done("wg0 create");
        String failure = "bind: EADDRINUSE: Address already in use";
        host.notes =
                new DeviceInfo(DeviceInfo.Link.DOWN, failure, false, false, List.of(), Map.of());
        host.flags = "POINTOPOINT,MULTICAST,NOARP";
        fails("wg0 up", "wg0: SIOCSIFFLAGS: " + failure);
        fails("wg0 inet 10.0.0.1/24", "wg0: SIOCSIFFLAGS: " + failure);
        done("wg0 mtu 1300");
        done("wg0 up down");
    }

    @Test
    void saysWhichCommandFails() {
        done("wg0 create");
        host.broken = "mtu";
        fails("wg0 mtu 9 up", "`ip link set dev wg0 mtu 9': exit status 2");
        assertThat(host.done).doesNotContain("ip link set dev wg0 up");
    }

    @Test
    void replacesTheFirstAddressAndKeepsTheOthers() {
        done("wg0 create");
        host.done.clear();
        host.addresses.put("-4", "5: wg0    inet 10.0.0.1/24 scope global wg0\\  valid\n");
        done("wg0 inet 10.0.0.2/24");
        assertThat(host.done)
                .containsExactly(
                        "ip address delete 10.0.0.1/24 dev wg0",
                        "ip address add 10.0.0.2/24 dev wg0",
                        "ip link set dev wg0 up");
        host.done.clear();
        done("wg0 inet 10.0.0.3/24 alias");
        done("wg0 inet 10.0.0.1/24");
        assertThat(host.done)
                .containsExactly(
                        "ip address add 10.0.0.3/24 dev wg0",
                        "ip link set dev wg0 up",
                        "ip link set dev wg0 up");
        host.done.clear();
        done("wg0 inet 10.0.0.1 delete");
        assertThat(host.done).containsExactly("ip address delete 10.0.0.1/24 dev wg0");
        fails("wg0 inet 10.0.0.9 delete", "wg0: SIOCDIFADDR: Cannot assign requested address");
    }

    // ---- routing domains

    @Test
    void movesToANamespaceAndBack() {
        done("wg0 create rdomain 3");
        assertThat(terminal.err())
                .isEqualTo("ifconfig: rdomain 3: made a network namespace of that name\n");
        assertThat(host.links).containsEntry("wg0", "3");
        host.done.clear();
        done("wg0 inet 10.0.0.1/24");
        assertThat(host.done).first().isEqualTo("ip -n 3 address add 10.0.0.1/24 dev wg0");
        assertThat(ifconfig("wg0")).isZero();
        assertThat(terminal.out()).contains("MULTICAST> rdomain 3 mtu 1420\n");
        host.done.clear();
        done("wg0 -rdomain");
        assertThat(host.done)
                .containsExactly(
                        "ip -n 3 link set dev wg0 netns " + PID,
                        "ip link set dev wg0 up",
                        "ip netns delete 3");
        assertThat(folder.resolve("records").resolve("wg0.ifconfig")).doesNotExist();
    }

    @Test
    void removesTheNamespaceItMadeWithTheLastInterface() {
        done("wg0 create rdomain 3");
        done("wg1 create rdomain 3");
        done("wg0 destroy");
        assertThat(host.namespaces).containsExactly("3");
        done("wg1 destroy");
        assertThat(host.namespaces).isEmpty();
    }

    @Test
    void leavesANamespaceThatOthersMadeOrUse() {
        host.namespaces.add("3");
        done("wg0 create rdomain 3");
        assertThat(terminal.err()).isEmpty();
        done("wg0 destroy");
        assertThat(host.namespaces).containsExactly("3");
        done("wg0 create rdomain 4");
        host.pids = "4711\n";
        done("wg0 destroy");
        assertThat(host.namespaces).containsExactly("3", "4");
        host.pids = "";
        done("wg0 create rdomain 5");
        host.links.put("eth0", "5");
        done("wg0 destroy");
        assertThat(host.namespaces).containsExactly("3", "4", "5");
    }

    @Test
    void findsAnInterfaceThatSomebodyElseMoved() {
        done("wg0 create");
        host.namespaces.addAll(List.of("blue", "red"));
        host.links.put("wg0", "red");
        done("wg0 mtu 1300");
        assertThat(host.done).endsWith("ip -n red link set dev wg0 mtu 1300");
    }

    @Test
    void cleansUpAfterADaemonThatWasKilled() {
        done("wg0 create rdomain 3 wgrtable 5 fib 6");
        host.links.clear();
        host.rules.removeIf(rule -> rule.contains("iif"));
        done("wg0 destroy");
        assertThat(host.rules).isEmpty();
        assertThat(host.namespaces).isEmpty();
        done("wg0 create wgrtable 5");
        host.links.clear();
        done("wg0 create");
        assertThat(host.rules).isEmpty();
    }

    @Test
    void doesNotTrustWhatIsRememberedOfAnotherNamespace() throws IOException {
        Files.createDirectories(folder.resolve("records"));
        for (String text : List.of("net:[2]\n3\ntrue\n5\ntrue\n0\n", "net:[1]\nx\n", "")) {
            Files.writeString(folder.resolve("records").resolve("wg0.ifconfig"), text);
            fails("wg0 destroy", "wg0: no such interface");
        }
    }

    // ---- routing tables

    @Test
    void makesRulesForATable() {
        done("wg0 create wgrtable 5");
        assertThat(host.done)
                .containsExactly(
                        "aditd wg0",
                        "ip -4 rule add fwmark 5 unreachable",
                        "ip -4 rule add fwmark 5 lookup 5",
                        "ip -6 rule add fwmark 5 unreachable",
                        "ip -6 rule add fwmark 5 lookup 5",
                        "wg0\nfwmark=5\n");
        done("wg0 wgrtable 254");
        assertThat(host.rules)
                .containsExactly(
                        "-4 from all fwmark 0xfe unreachable",
                        "-4 from all fwmark 0xfe lookup 254",
                        "-6 from all fwmark 0xfe unreachable",
                        "-6 from all fwmark 0xfe lookup 254");
        host.rules.replaceAll(rule -> rule.replace("lookup 254", "lookup main"));
        host.rules.replaceAll(rule -> rule.replace("lookup main", "lookup 254"));
        done("wg0 fib 2");
        assertThat(host.rules)
                .containsSubsequence(
                        "-4 from all iif wg0 unreachable", "-4 from all iif wg0 lookup 2");
        done("wg0 destroy");
        assertThat(host.rules).noneMatch(rule -> rule.contains("iif"));
    }

    @Test
    void sharesRulesAndRemovesThemWithTheLastUser() {
        done("wg0 create wgrtable 5");
        done("wg1 create wgrtable 5");
        assertThat(host.rules).hasSize(4);
        done("wg0 destroy");
        assertThat(host.rules).hasSize(4);
        done("wg1 wgrtable 0");
        assertThat(host.rules).isEmpty();
    }

    @Test
    void removesWhatThereIsOfRulesThatWereMadeByHalf() {
        done("wg0 create wgrtable 5");
        host.rules.removeIf(rule -> rule.contains("lookup"));
        done("wg0 destroy");
        assertThat(host.rules).isEmpty();
    }

    @Test
    void leavesARuleThatOthersMade() {
        host.rules.add("-4 from all fwmark 0x5 lookup 5");
        done("wg0 create wgrtable 5");
        done("wg0 destroy");
        assertThat(host.rules).containsExactly("-4 from all fwmark 0x5 lookup 5");
    }

    // ---- what is shown

    @Test
    void showsAnInterfaceWithItsPeers() {
        full();
        assertThat(ifconfig("wg0")).isZero();
        long age =
                Instant.now().getEpochSecond()
                        - host.status.peers().getFirst().lastHandshake().getEpochSecond();
        assertThat(terminal.out().replaceAll("handshake: (41|42|43|44|45) ", "handshake: N "))
                .isEqualTo(
                        """
                        wg0: flags=80d5<UP,DEBUG,POINTOPOINT,RUNNING,NOARP,MULTICAST> mtu 1420
                        \tdescription: up link
                        \tindex 5 priority 0 llprio 3
                        \twgport 51820
                        \twgrtable 7
                        \twgpubkey hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
                        \twgpeer %s
                        \t\twgdescr: laptop
                        \t\twgpsk (present)
                        \t\twgpka 25 (sec)
                        \t\twgendpoint 192.0.2.1 51820
                        \t\ttx: 1234, rx: 5678
                        \t\tlast handshake: N seconds ago
                        \t\twgaip 10.0.0.2/32
                        \t\twgaip fd00::/64
                        \twgpeer %s
                        \t\ttx: 0, rx: 0
                        \tgroups: wg
                        \tinet 10.0.0.1 netmask 0xffffff00 broadcast 10.0.0.255
                        \tinet 10.9.0.1 --> 10.9.0.2 netmask 0xffffffff
                        \tinet6 fd00::1 prefixlen 64
                        """
                                .formatted(LineParserTest.PEER_A, LineParserTest.PEER_B));
        assertThat(age).isBetween(42L, 45L);
        assertThat(terminal.out()).doesNotContain(LineParserTest.KEY);
    }

    private void full() {
        host.links.put("wg0", "");
        host.addresses.put(
                "-4",
                "5: wg0    inet 10.0.0.1/24 brd 10.0.0.255 scope global wg0\\  x\n"
                        + "5: wg0    inet 10.9.0.1 peer 10.9.0.2/32 scope global wg0\\  x\n");
        host.addresses.put("-6", "5: wg0    inet6 fd00::1/64 scope global nodad \\  x\n");
        byte[] key = LineParserTest.KEY.getBytes(StandardCharsets.US_ASCII);
        PublicKey a = PublicKey.fromBase64(LineParserTest.PEER_A).orElseThrow();
        PublicKey b = PublicKey.fromBase64(LineParserTest.PEER_B).orElseThrow();
        PeerConfiguration first =
                new PeerConfiguration(
                        a,
                        PresharedKey.fromBase64(key, 0, 44).orElseThrow(),
                        Endpoint.parse("192.0.2.1:51820").orElseThrow(),
                        Instant.now().minusSeconds(42),
                        5678,
                        1234,
                        25,
                        List.of(
                                IpPrefix.parse("10.0.0.2/32").orElseThrow(),
                                IpPrefix.parse("fd00::/64").orElseThrow()));
        PeerConfiguration second =
                new PeerConfiguration(
                        b, PresharedKey.none(), null, Instant.EPOCH, 0, 0, 0, List.of());
        PrivateKey own = PrivateKey.fromBase64(key, 0, 44).orElseThrow();
        host.status = new DeviceConfiguration(own, 51820, 7, List.of(first, second));
        host.notes = new DeviceInfo(true, List.of(), Map.of(a, new DeviceInfo.OfPeer(1, "laptop")));
    }

    @Test
    void showsPeersOnlyWhenAnInterfaceIsNamedOrAllIsAskedFor() {
        for (String line : List.of("wg0", "-A", "wg")) {
            full();
            done(line);
            assertThat(terminal.out()).as(line).contains("wgpeer", "wgpubkey");
        }
        for (String line : List.of("", "-a")) {
            full();
            done(line);
            assertThat(terminal.out()).as(line).contains("wgpubkey").doesNotContain("wgpeer");
        }
    }

    @Test
    void showsWhatEverybodyMaySeeToWhoMayNotAsk() {
        full();
        host.closed = 13;
        done("wg0");
        assertThat(terminal.out()).contains("inet 10.0.0.1").doesNotContain("wgp");
        host.closed = 71;
        fails("wg0", "wg0: Closed");
    }

    // ---- hostname files

    private Path write(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void doesTheLinesOfAFileInTheirOrder() throws IOException {
        write(
                "hostname.wg0",
                "# comment",
                "; another",
                "",
                "wgkey " + LineParserTest.KEY,
                "\twgpeer " + LineParserTest.PEER_A + " wgdescr \"laptop of Z\" wgaip 10.0.0.2/32",
                "inet 10.0.0.1 255.255.255.0 NONE",
                "!echo $if # \\$if",
                "up");
        assertThat(netstart("--folder", folder.toString())).as(message).isZero();
        assertThat(host.done.getFirst()).isEqualTo("aditd wg0");
        assertThat(host.done.get(1)).startsWith("wg0\nprivate_key=");
        assertThat(host.done.get(2)).startsWith("wg0\npublic_key=").contains("=laptop of Z\n");
        assertThat(host.done.subList(3, host.done.size()))
                .containsExactly(
                        "ip address add 10.0.0.1/24 dev wg0",
                        "ip link set dev wg0 up",
                        "sh -c echo wg0 # wg0",
                        "ip link set dev wg0 up");
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void givesAnAddressTheOtherEndThatTheNextLineNames() throws IOException {
        write(
                "hostname.wg0",
                "inet 10.0.0.1 255.255.255.252 NONE mtu 1300",
                "# the server",
                "dest 10.0.0.2",
                "inet6 alias fd00::1 128",
                "dest fd00::2");
        assertThat(netstart("--folder", folder.toString())).as(message).isZero();
        assertThat(host.done)
                .contains(
                        "ip address add 10.0.0.1 peer 10.0.0.2 dev wg0",
                        "ip address add fd00::1 peer fd00::2 dev wg0",
                        "ip link set dev wg0 mtu 1300");
    }

    @Test
    void knowsWhichAddressTheOtherEndIsOf() throws IOException {
        for (String before : List.of("up", "inet6 fd00::1", "inet 10.0.0.1 delete", "!true", "")) {
            Path file = write("hostname.wg0", before, "dest 10.0.0.2");
            assertThat(netstart(file.toString())).as(before).isEqualTo(1);
            assertThat(message)
                    .isEqualTo(
                            "netstart: %s:2: dest: the line before it has no address that lacks one"
                                    .formatted(file));
        }
        assertThat(host.done).isEmpty();
    }

    @Test
    void parsesAllFilesBeforeItDoesAnything() throws IOException {
        write("hostname.wg0", "up");
        Path bad = write("hostname.wg1", "up", "", "wgport 70000");
        assertThat(netstart("--folder", folder.toString())).isEqualTo(1);
        assertThat(message).isEqualTo("netstart: " + bad + ":3: wgport: 70000, too large");
        assertThat(host.done).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    dhcp           | dhcp: is not for interfaces of WireGuard
                    dest           | 'dest' requires argument
                    dest fnord     | fnord: bad value
                    dest 10.0.0.2 up | up: bad value
                    wgdescr "x     | a quotation mark is missing
                    inet           | 'inet' requires argument
                    fnord          | fnord: bad value
                    u\0p           | a zero byte is not text
                    """)
    void namesFileLineAndReason(String line, String reason) throws IOException {
        Path file = write("hostname.wg0", "up", line);
        assertThat(netstart(file.toString())).isEqualTo(1);
        assertThat(message).isEqualTo("netstart: " + file + ":2: " + reason);
    }

    @Test
    void namesTheLineThatCouldNotBeDoneAndGoesOn() throws IOException {
        Path file = write("hostname.wg0", "up", "wgport 53", "mtu 1300");
        host.refusal = 98;
        assertThat(netstart(file.toString())).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("netstart: " + file + ":2: wg0: SIOCSWG: Not today\n");
        assertThat(host.done).endsWith("ip link set dev wg0 mtu 1300");
    }

    @Test
    void startsOnlyWhatIsNamed() throws IOException {
        write("hostname.wg0", "up");
        write("hostname.wg1", "up");
        assertThat(netstart("--folder", folder.toString(), "wg1")).isZero();
        assertThat(host.links).containsOnlyKeys("wg1");
        assertThat(netstart("--folder", folder.toString(), "wg2")).isEqualTo(1);
        assertThat(message)
                .isEqualTo(
                        "netstart: "
                                + folder.resolve("hostname.wg2")
                                + ": No such file or directory");
    }

    @Test
    void warnsOfAFileThatEverybodyMayRead() throws IOException {
        Path file = write("hostname.wg0", "up");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(netstart(file.toString())).isZero();
        assertThat(terminal.err()).isEqualTo("netstart: " + file + ": readable by every user\n");
    }
}
