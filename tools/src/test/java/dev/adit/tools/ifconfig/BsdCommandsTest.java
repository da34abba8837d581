package dev.adit.tools.ifconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.resolve.Resolver;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// What `ifconfig`, `netstart` and `route` do beyond single words, on a system that is made up.
class BsdCommandsTest {
    @TempDir Path folder;
    private final FakeHost host = new FakeHost();
    private FakeTerminal terminal = new FakeTerminal();
    private String message;

    @BeforeEach
    void makeInterface() {
        host.links.put("wg0", "");
    }

    private CommandContext around() {
        return new CommandContext(
                host, host, Resolver.system(), folder.resolve("records"), "net:[1]");
    }

    private int run(Command command, List<String> words) {
        message = null;
        try {
            return command.run(terminal.terminal(), words);
        } catch (CommandFailure e) {
            message = e.getMessage();
            return 1;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int ifconfig(String line) {
        terminal = new FakeTerminal();
        return run(new IfConfig(_ -> around()), List.of(line.split(" ")));
    }

    private int route(String line) {
        terminal = new FakeTerminal();
        return run(new Route(_ -> around()), List.of(line.split(" ")));
    }

    private void done(String line) {
        assertThat(ifconfig(line)).as("%s: %s", line, message).isZero();
    }

    // ---- down and up

    @Test
    void putsRoutesBackWhenALineTakesTheInterfaceDownAndUp() {
        host.routes.put(
                "-4",
                "10.8.0.0/16 via 10.0.0.9 table 7 linkdown \n"
                        + "10.0.0.0/24 proto kernel scope link src 10.0.0.1 linkdown \n"
                        + "10.9.0.0/16 scope link metric 5 linkdown mtu 1300 \n");
        host.routes.put("-6", "fd01::/64 metric 1024 linkdown pref medium\n");
        done("wg0 down mtu 1300 up");
        assertThat(host.done)
                .containsExactly(
                        "ip link set dev wg0 down",
                        "ip link set dev wg0 mtu 1300",
                        "ip link set dev wg0 up",
                        "ip -4 route add 10.9.0.0/16 scope link metric 5 mtu 1300 dev wg0",
                        "ip -6 route add fd01::/64 metric 1024 pref medium dev wg0",
                        "ip -4 route add 10.8.0.0/16 via 10.0.0.9 table 7 dev wg0");
    }

    @Test
    void doesNotPutBackWhatStayedOrWhatAnotherLineTookDown() {
        host.routes.put("-4", "10.9.0.0/16 scope link \n");
        done("wg0 up");
        done("wg0 down");
        done("wg0 up");
        assertThat(host.done).noneMatch(line -> line.contains("route"));
    }

    @Test
    void saysWhichRoutesAreLost() {
        host.routes.put("-4", "10.9.0.0/16 scope link \n");
        host.broken = "route add";
        assertThat(ifconfig("wg0 down up")).isEqualTo(1);
        assertThat(message).isEqualTo("ifconfig: wg0: cannot restore routes: 10.9.0.0/16");
    }

    // ---- layouts

    private void withAddresses() {
        host.addresses.put(
                "-4", "5: wg0    inet 10.0.0.1 peer 10.0.0.2/32 scope global wg0\\  x\n");
        host.addresses.put(
                "-6",
                "5: wg0    inet6 fd00::1/64 scope global nodad \\  x\n"
                        + "5: wg0    inet6 fe80::5c71:f2c9/64 scope link stable-privacy \\  x\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--layout freebsd wg0", "--layout FreeBSD -A", "--layout freebsd -a"})
    void showsAsFreeBsdDoes(String line) {
        withAddresses();
        done(line);
        assertThat(terminal.out())
                .isEqualTo(
                        """
                        wg0: flags=80d1<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST> metric 0 mtu 1420
                        \tdescription: up link
                        \toptions=80000<LINKSTATE>
                        \tinet 10.0.0.1 --> 10.0.0.2 netmask 0xffffffff
                        \tinet6 fd00::1 prefixlen 64
                        \tinet6 fe80::5c71:f2c9%wg0 prefixlen 64 scopeid 0x5
                        \tgroups: wg
                        \tnd6 options=21<PERFORMNUD,AUTO_LINKLOCAL>
                        \tOpened by PID 6703
                        """);
    }

    @Test
    void showsAsNetBsdDoes() {
        withAddresses();
        done("--layout netbsd wg0");
        assertThat(terminal.out())
                .isEqualTo(
                        """
                        wg0: flags=0x80d1<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST> mtu 1420
                        \tdescription: up link
                        \tinet 10.0.0.1/32 -> 10.0.0.2 flags 0
                        \tinet6 fd00::1/64 flags 0
                        \tinet6 fe80::5c71:f2c9%wg0/64 flags 0 scopeid 0x5
                        """);
    }

    @Test
    void showsLinkLocalAddressesAsOpenBsdDoes() {
        withAddresses();
        done("wg0");
        assertThat(terminal.out())
                .endsWith("\tinet6 fe80::5c71:f2c9%wg0 prefixlen 64 scopeid 0x5\n");
    }

    @Test
    void takesTheLayoutFromTheEnvironment() {
        terminal = new FakeTerminal().environment("ADIT_IFCONFIG_LAYOUT", "netbsd");
        assertThat(run(new IfConfig(_ -> around()), List.of("wg0"))).isZero();
        assertThat(terminal.out()).startsWith("wg0: flags=0x80d1<");
        terminal = new FakeTerminal().environment("ADIT_IFCONFIG_LAYOUT", "linux");
        assertThat(run(new IfConfig(_ -> around()), List.of("wg0"))).isEqualTo(1);
        assertThat(message)
                .isEqualTo(
                        "ifconfig: ADIT_IFCONFIG_LAYOUT is openbsd, freebsd or netbsd, not linux");
    }

    // ---- names and groups

    @Test
    void renamesTheInterfaceWithItsSocketItsRulesAndWhatIsRemembered() throws IOException {
        done("wg0 fib 4 group lan");
        host.done.clear();
        done("wg0 name wan mtu 1300");
        assertThat(host.done)
                .containsSubsequence(
                        "ip link set dev wg0 mtu 1300",
                        "ip link set dev wg0 name wan",
                        "socket wg0 to wan",
                        "ip -4 rule add iif wan lookup 4");
        assertThat(host.rules).noneMatch(rule -> rule.contains("wg0"));
        done("lan");
        assertThat(terminal.out()).startsWith("wan: ").contains("\tgroups: wg lan\n");
        assertThat(folder.resolve("records/wg0.ifconfig")).doesNotExist();
    }

    @Test
    void keepsTheNameWhenItIsTakenOrTheSocketCannotFollow() {
        host.links.put("wan", "");
        assertThat(ifconfig("wg0 name wan")).isEqualTo(1);
        assertThat(message).isEqualTo("ifconfig: wg0: SIOCSIFNAME: File exists");
        host.broken = "socket";
        assertThat(ifconfig("wg0 name lan")).isEqualTo(1);
        assertThat(message).isEqualTo("ifconfig: wg0: no room");
        assertThat(host.links).containsOnlyKeys("wg0", "wan");
    }

    @Test
    void tellsOfWordsThatMeanNothingHere() {
        done("wg0 rtlabel office up");
        assertThat(terminal.err()).isEqualTo("ifconfig: rtlabel office: means nothing on Linux\n");
    }

    // ---- hostname files

    private int netstart(String text, String... options) throws IOException {
        terminal = new FakeTerminal();
        Path file = folder.resolve("hostname.wg0");
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        List<String> words = new ArrayList<>(List.of(options));
        words.add(file.toString());
        return run(new NetStart(_ -> around()), words);
    }

    /// `|` stands for the end of a line.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    up # and finally enable it          ; ip link set dev wg0 up
                    up #                                ; ip link set dev wg0 up
                    mtu \\|1300                          ; ip link set dev wg0 mtu 1300
                    mtu \\|\t  1300 # a comment           ; ip link set dev wg0 mtu 1300
                    # a comment \\|that goes on|up        ; ip link set dev wg0 up
                    mtu 1300 \\                          ; ip link set dev wg0 mtu 1300
                    description "a # b"                 ; ip link set dev wg0 alias a # b
                    description "Bob's uplink"          ; ip link set dev wg0 alias Bob's uplink
                    description a#b                     ; ip link set dev wg0 alias a#b
                    description a\\\\b                     ; ip link set dev wg0 alias a\\b
                    # 9\u00b0 in Latin-1|mtu 1300            ; ip link set dev wg0 mtu 1300
                    mtu 1300 # 9\u00b0                       ; ip link set dev wg0 mtu 1300
                    description \u00c3\u00a4 # in UTF-8          ; ip link set dev wg0 alias \u00e4
                    !echo $if \\$if # $if                ; sh -c echo wg0 wg0 # wg0
                    !echo one \\|two                     ; sh -c echo one two
                    ! echo a\\\\tb                         ; sh -c echo a\\tb
                    !echo \u00b0                             ; sh -c eval "$(printf '\\145\\143\\150\\157\\040\\260')"
                    """)
    void readsLinesAsTheShellDoesThatReadsThemThere(String text, String expected)
            throws IOException {
        assertThat(netstart(text.replace("|", "\n") + "\n")).as(message).isZero();
        assertThat(host.done).containsExactly(expected);
        assertThat(netstart(text.replace("|", "\r\n"))).as(message).isZero();
    }

    @Test
    void countsTheLineWhereAJoinedOneBegins() throws IOException {
        assertThat(netstart("up\nmtu \\\n0 \\\n up\n")).isEqualTo(1);
        assertThat(message).endsWith("hostname.wg0:2: mtu 0: too small");
        assertThat(netstart("up\nmtu \\\n1300\nwgport x\n")).isEqualTo(1);
        assertThat(message).endsWith("hostname.wg0:4: wgport: x, invalid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    dhcp ; dhcp: is not for interfaces of WireGuard
                    inet autoconf ; autoconf: is not for interfaces of WireGuard
                    wgkey - ; wgkey: a key cannot come from standard input here
                    description \u00b0 ; a word is not UTF-8
                    """)
    void refusesClearly(String line, String reason) throws IOException {
        assertThat(netstart(line + "\n")).isEqualTo(1);
        assertThat(message).endsWith("hostname.wg0:1: " + reason);
        assertThat(host.done).isEmpty();
    }

    @Test
    void printsTheCommandsWithoutKeysInsteadOfDoingThem() throws IOException {
        String text =
                "wgkey KEY wgport 7\ninet 10.0.0.1/24\ndest 10.0.0.2\n!echo $if\n"
                        .replace("KEY", LineParserTest.KEY);
        assertThat(netstart(text, "-n")).as(message).isZero();
        assertThat(terminal.out())
                .isEqualTo(
                        """
                        ifconfig wg0 wgkey (hidden) wgport 7
                        ifconfig wg0 inet 10.0.0.1/24 dest 10.0.0.2
                        echo wg0
                        """);
        assertThat(host.done).isEmpty();
    }

    // ---- routes

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    add 192.168.2.0/24 -interface wg0  | -4 route add 192.168.2.0/24 dev wg0
                    add -net 192.168.2.7/24 -iface wg0 | -4 route add 192.168.2.0/24 dev wg0
                    add -net 192.168.2 -interface wg0  | -4 route add 192.168.2.0/24 dev wg0
                    add 192.168.2.0 -interface wg0     | -4 route add 192.168.2.0/24 dev wg0
                    add 192.168.2.1 -interface wg0     | -4 route add 192.168.2.1/32 dev wg0
                    add -host 10.0.0.0 -interface wg0  | -4 route add 10.0.0.0/32 dev wg0
                    add 10.8.0.0 wg0 255.255.0.0 -interface | -4 route add 10.8.0.0/16 dev wg0
                    add -net 10.8.0.0 -netmask 0xffff0000 -interface wg0 | -4 route add 10.8.0.0/16 dev wg0
                    -nq add default -interface wg0     | -4 route add 0.0.0.0/0 dev wg0
                    add -inet6 default -interface wg0  | -6 route add ::/0 dev wg0
                    add fd01::/16 -interface wg0       | -6 route add fd01::/16 dev wg0
                    add -inet6 fd01:: -prefixlen 64 -interface wg0 | -6 route add fd01::/64 dev wg0
                    add -inet 10.8.0.0/16 10.0.0.1     | -4 route add 10.8.0.0/16 dev wg0
                    add 10.8.0.0/16 10.0.0.2           | -4 route add 10.8.0.0/16 via 10.0.0.2 dev wg0
                    add 10.8.0.0/16 10.7.0.9           | -4 route add 10.8.0.0/16 via 10.7.0.9 dev wg0
                    add 10.8.0.0/16 10.0.0.2 -ifp wg0 -mtu 1300 -priority 7 | -4 route add 10.8.0.0/16 via 10.0.0.2 dev wg0 mtu 1300 metric 7
                    change 10.8.0.0/16 -interface wg0  | -4 route change 10.8.0.0/16 dev wg0
                    delete 10.8.0.0/16 -interface wg0  | -4 route delete 10.8.0.0/16 dev wg0
                    del 10.8.0.0/16                    | -4 route delete 10.8.0.0/16 dev wg0
                    """)
    void takesRoutesInTheWordsOfTheBsds(String line, String expected) {
        withAddresses();
        host.lookups.put("ip -o -4 route get 10.7.0.9", "10.7.0.9 dev wg0 src 10.0.0.1 uid 0\n");
        host.lookups.put(
                "ip -o -4 route show exact 10.8.0.0/16", "10.8.0.0/16 dev wg0 scope link\n");
        assertThat(route(line)).as(message).isZero();
        assertThat(host.done).containsExactly("ip " + expected);
        assertThat(terminal.out().isEmpty()).isEqualTo(line.startsWith("-nq"));
    }

    @Test
    void saysWhichRouteWasAdded() {
        assertThat(route("add 192.168.2.0/24 -interface wg0")).isZero();
        assertThat(terminal.out()).isEqualTo("add net 192.168.2.0/24: gateway wg0\n");
        assertThat(route("add 192.168.2.1 -interface wg0")).isZero();
        assertThat(terminal.out()).isEqualTo("add host 192.168.2.1: gateway wg0\n");
    }

    @Test
    void usesTheRoutingDomainThatIsNamedOrTheInterfaceIsIn() {
        host.namespaces.add("1");
        host.links.put("wg0", "1");
        assertThat(ifconfig("wg0 rdomain 1")).isZero();
        host.done.clear();
        for (String line : List.of("", "-T1 ", "-T 1 ")) {
            assertThat(route(line + "add default -interface wg0")).as(message).isZero();
        }
        assertThat(host.done).containsOnly("ip -n 1 -4 route add 0.0.0.0/0 dev wg0");
    }

    @Test
    void looksRoutesUp() {
        host.lookups.put("ip -o -4 route show default", "default via 192.0.2.1 dev eth0 \n");
        assertThat(route("-T 0 -n get default")).as(message).isZero();
        assertThat(terminal.out())
                .isEqualTo(
                        """
                           route to: default
                        destination: default
                            gateway: 192.0.2.1
                          interface: eth0
                        """);
        assertThat(route("get 10.1.1.1")).isEqualTo(1);
        assertThat(message).isEqualTo("route: writing to routing socket: No such process");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-n",
                "add default gw 192.0.2.1",
                "add -net 10.0.0.0 netmask 255.0.0.0 dev eth0",
                "add 10.0.0.0/8 -interface eth0",
                "add 10.0.0.0/8 192.0.2.1",
                "delete 10.0.0.0/8",
                "-A inet6",
                "flush",
                "add host.example.org -interface wg0"
            })
    void leavesEverythingElseToTheSystem(String line) {
        host.links.put("eth0", "");
        host.foreign.add("eth0");
        assertThat(route("--or-pass-on " + line)).isEqualTo(3);
        assertThat(host.done).isEmpty();
        assertThat(terminal.out() + terminal.err()).isEmpty();
    }
}
