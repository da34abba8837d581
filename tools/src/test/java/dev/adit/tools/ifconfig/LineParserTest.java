package dev.adit.tools.ifconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.adit.device.resolve.Resolver;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.tools.ifconfig.IfConfigLine.Action;
import dev.adit.tools.ifconfig.IfConfigLine.Mode;
import dev.adit.tools.terminal.CommandFailure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class LineParserTest {
    static final String KEY = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";

    /// What a private key of these bytes is.
    private static final String CLAMPED_KEY = "cAdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LGo=";

    static final String PEER_A = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    static final String PEER_B = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
    private static final String HEX_A =
            "public_key=c53201039adba14be71f886da1d8dbe9eebded08cb111b75340078999aa9f038\n";
    private static final String HEX_B =
            "public_key=4eb32f4a83f88d842563a448cc181bb2c42a637bf12363e2fb2ef594e5965d7d\n";

    private static IfConfigLine parse(String line) throws CommandFailure {
        return parse(line, false);
    }

    private static IfConfigLine parse(String line, boolean packed) throws CommandFailure {
        String full = line.replace("KEY", KEY).replace("PEERA", PEER_A).replace("PEERB", PEER_B);
        KeySource keys = new KeySource(new ByteArrayInputStream((KEY + "\n").getBytes(US_ASCII)));
        return new LineParser(List.of(full.split(" ")), Resolver.system(), keys, packed).parse();
    }

    private static String update(String line) throws CommandFailure {
        return new String(UapiText.print(parse(line).update()), StandardCharsets.UTF_8);
    }

    @Test
    void gathersAllWordsToOneUpdate() throws CommandFailure {
        assertThat(
                        update(
                                "wgport 7 debug wgpeer PEERA wgaip 10.0.0.1/8 wgaip fd00::1 wgpka"
                                        + " 25 wgendpoint 192.0.2.1 51820 wgdescr B wgpeer PEERB"
                                        + " wgendpoint 2001:db8::1 1 -wgpsk wgrtable 5"))
                .isEqualTo(
                        "listen_port=7\nfwmark=5\ndebug=true\n"
                                + HEX_A
                                + "endpoint=192.0.2.1:51820\n"
                                + "persistent_keepalive_interval=25\n"
                                + "replace_allowed_ips=true\n"
                                + "allowed_ip=10.0.0.0/8\nallowed_ip=fd00::1/128\n"
                                + "description=B\n"
                                + HEX_B
                                + "preshared_key="
                                + "0".repeat(64)
                                + "\nendpoint=[2001:db8::1]:1\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    wgpeer PEERA                  | A
                    -wgpeer PEERA                 | Aremove=true;
                    -wgpeerall                    | replace_peers=true;
                    -wgpeerall wgpeer PEERA       | replace_peers=true;A
                    wgpeer PEERA -wgdescr         | Adescription=;
                    wgpeer PEERA -wgdescription   | Adescription=;
                    wgpeer PEERA wgdescription x  | Adescription=x;
                    wgpeer PEERA wgpka 0          | Apersistent_keepalive_interval=0;
                    -debug                        | debug=false;
                    wgrtable 0                    | fwmark=0;
                    -wgrtable                     | fwmark=0;
                    tunnelfib 3                   | fwmark=3;
                    wgport 0                      | listen_port=0;
                    """)
    void knowsTheMinusForms(String line, String expected) throws CommandFailure {
        assertThat(update(line)).isEqualTo(expected.replace("A", HEX_A).replace(";", "\n"));
    }

    @Test
    void takesAKeyFromTheLine() throws CommandFailure {
        IfConfigLine line = parse("wgkey KEY wgpeer PEERA wgpsk KEY");
        byte[] key = new byte[44];
        line.update().privateKey().toBase64(key, 0);
        assertThat(new String(key, StandardCharsets.US_ASCII)).isEqualTo(CLAMPED_KEY);
        line.update().peers().getFirst().presharedKey().toBase64(key, 0);
        assertThat(new String(key, StandardCharsets.US_ASCII)).isEqualTo(KEY);
        line.erase();
        assertThat(line.update().privateKey().isZero()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:KEYFILE", "-"})
    void takesAKeyFromAFileOrStandardInput(String source, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), KEY + " \nmore\n");
        String line = "wgpeer PEERA wgpsk " + source.replace("KEYFILE", file.toString());
        IfConfigLine assignment = parse(line);
        byte[] key = new byte[44];
        assignment.update().peers().getFirst().presharedKey().toBase64(key, 0);
        assertThat(new String(key, US_ASCII)).isEqualTo(KEY);
        assertThat(parse(line.replaceFirst(".*wgpsk", "wgkey")).update().privateKey()).isNotNull();
    }

    @Test
    void saysWhyAKeyCannotBeRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "short\n");
        assertThatThrownBy(() -> parse("wgkey file:" + folder + "/none"))
                .hasMessage("wgkey file:" + folder + "/none: No such file or directory");
        assertThatThrownBy(() -> parse("wgkey file:"))
                .hasMessage("wgkey file:: No such file or directory");
        assertThatThrownBy(() -> parse("wgkey file:" + file))
                .hasMessage("wgkey (key): invalid length");
        Files.writeString(file, KEY + KEY + "\n");
        assertThatThrownBy(() -> parse("wgkey file:" + file))
                .hasMessage("wgkey (key): invalid length");
    }

    /// The forms of inet_aton(3), and before a slash those of inet_net_pton(3).
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    inet 10.1              | 10.0.0.1 8
                    inet 192.168.1         | 192.168.0.1 24
                    inet 0xc0a80001        | 192.168.0.1 24
                    inet 012.0.0.0x1       | 10.0.0.1 8
                    inet 167772161         | 10.0.0.1 8
                    inet 10.1/16           | 10.1.0.0 16
                    inet 0x0a01/16         | 10.1.0.0 16
                    inet 010.0.0.1/24      | 10.0.0.1 24
                    inet 10.1 netmask 0xffff0000 | 10.0.0.1 16
                    inet6 fe80::1%wg0/64   | fe80::1 64
                    inet6 fd00:0:0::01     | fd00::1 64
                    """)
    void takesAddressesInEveryForm(String line, String expected) throws CommandFailure {
        Action.Address address = (Action.Address) parse(line).actions().getFirst();
        assertThat(address.address() + " " + address.length()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.256", "256.1", "10.0.0.0.1", "10..1", "0x", "08.0.0.1", "4294967296",
                        "1.16777216",
                "10.0.0.1.", ".1", "0x123456789", "-1", "1e3", "10.0.0.256/8", "1.2.3.4.5/8", "/8"
            })
    void refusesWhatSpellsNoAddress(String text) {
        String subject = text.replaceFirst("/8$", "");
        assertThatThrownBy(() -> parse("inet " + text)).hasMessage(subject + ": bad value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10              | 10.0.0.0/8
                    10.1            | 10.1.0.0/16
                    192.168         | 192.168.0.0/24
                    192.168.7       | 192.168.7.0/24
                    10.0.0.7        | 10.0.0.7/32
                    10.1/9          | 10.0.0.0/9
                    0x0a01/16       | 10.1.0.0/16
                    0/0             | 0.0.0.0/0
                    fd00::/8        | fd00::/8
                    fd00::7         | fd00::7/128
                    """)
    void takesAllowedIpsAsNetworks(String text, String expected) throws CommandFailure {
        assertThat(update("wgpeer PEERA wgaip " + text)).contains("allowed_ip=" + expected + "\n");
    }

    @Test
    void takesAFamilyBeforeOtherWords() throws CommandFailure {
        assertThat(parse("inet mtu 1300").actions()).containsExactly(new Action.Mtu(1300));
        assertThat(parse("inet6 up").actions()).containsExactly(new Action.Up(true));
    }

    @Test
    void renamesLast() throws CommandFailure {
        assertThat(parse("name wan mtu 1300 group lan -group egress").actions())
                .containsExactly(
                        new Action.Mtu(1300),
                        new Action.Group("lan", true),
                        new Action.Group("egress", false),
                        new Action.Name("wan"));
    }

    @Test
    void namesWhatHasNoMeaningHere() throws CommandFailure {
        assertThat(parse("rtlabel x metric 5 up").actions())
                .containsExactly(
                        new Action.Note("rtlabel x: means nothing on Linux"),
                        new Action.Note("metric 5: means nothing on Linux"),
                        new Action.Up(true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.0.0.1/24                       | 10.0.0.1 24 - - SET
                    inet 10.0.0.1/24                  | 10.0.0.1 24 - - SET
                    inet 10.0.0.1                     | 10.0.0.1 8 - - SET
                    inet 172.16.0.1                   | 172.16.0.1 16 - - SET
                    inet 192.168.5.1                  | 192.168.5.1 24 - - SET
                    inet 10.0.0.1 netmask 255.255.0.0 | 10.0.0.1 16 - - SET
                    inet 10.0.0.1 netmask 0xffffff00  | 10.0.0.1 24 - - SET
                    inet 10.0.0.1 netmask 0xffffffff alias | 10.0.0.1 32 - - ALIAS
                    inet alias 10.0.0.1/30            | 10.0.0.1 30 - - ALIAS
                    inet 10.0.0.1/24 broadcast 10.0.0.255 | 10.0.0.1 24 - 10.0.0.255 SET
                    inet 192.168.222.1 192.168.222.2  | 192.168.222.1 24 192.168.222.2 - SET
                    inet 10.0.0.1 delete              | 10.0.0.1 8 - - DELETE
                    inet 10.0.0.1 -alias              | 10.0.0.1 8 - - DELETE
                    inet delete                       | null 0 - - DELETE
                    inet6 fd00::1                     | fd00::1 64 - - ALIAS
                    inet6 fd00::1 prefixlen 48        | fd00::1 48 - - ALIAS
                    inet6 fd00::1/56                  | fd00::1 56 - - ALIAS
                    fd00::1/56 delete                 | fd00::1 56 - - DELETE
                    """)
    void understandsAddresses(String line, String expected) throws CommandFailure {
        List<Action> actions = parse(line).actions();
        assertThat(actions).hasSize(1);
        Action.Address address = (Action.Address) actions.getFirst();
        String shown =
                "%s %d %s %s %s"
                        .formatted(
                                address.address(),
                                address.length(),
                                address.peer(),
                                address.broadcast(),
                                address.mode());
        assertThat(shown).isEqualTo(expected.replace("-", "null"));
        assertThat(address.v6()).isEqualTo(line.contains("6 ") || line.startsWith("fd"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    inet 10.0.0.1 255.255.255.0 NONE        | 24 | -
                    inet 10.0.0.1 0xffff0000                | 16 | -
                    inet alias 10.0.0.1 255.0.0.0 10.255.255.255 | 8 | 10.255.255.255
                    inet 10.0.0.1/30 mtu 1300               | 30 | -
                    inet6 fd00::1 48                        | 48 | -
                    """)
    void understandsTheOrderOfHostnameFiles(String line, int length, String broadcast)
            throws CommandFailure {
        Action.Address address = (Action.Address) parse(line, true).actions().getFirst();
        assertThat(address.length()).isEqualTo(length);
        assertThat(address.broadcast()).isEqualTo(broadcast.equals("-") ? null : broadcast);
        assertThat(address.peer()).isNull();
        assertThat(address.mode())
                .isEqualTo(
                        line.startsWith("inet ") && !line.contains("alias")
                                ? Mode.SET
                                : Mode.ALIAS);
    }

    @Test
    void keepsTheOrderOfTheWords() throws CommandFailure {
        assertThat(parse("create down mtu 1300 rdomain 4 up fib 2 -descr").actions())
                .containsExactly(
                        new Action.Up(false),
                        new Action.Mtu(1300),
                        new Action.Domain(4),
                        new Action.Up(true),
                        new Action.InnerTable(2),
                        new Action.Description(""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    wgport 65536          | wgport: 65536, too large
                    wgport -1             | wgport: -1, too small
                    wgport x              | wgport: x, invalid
                    wgport                | 'wgport' requires argument
                    wgrtable 256          | wgrtable 256: too large
                    wgrtable main         | wgrtable main: invalid
                    rdomain 256           | rdomain 256: too large
                    tunnelfib 65536       | tunnelfib 65536: too large
                    mtu 0                 | mtu 0: too small
                    wgkey short           | wgkey (key): invalid length
                    wgpeer short          | wgpeer (key): invalid length
                    wgpeer PEERA wgpsk xx | wgpsk (key): invalid length
                    wgpeer !TIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= | wgpeer (key): invalid base64 -1/32
                    wgkey !TIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=  | wgkey (key): invalid base64 -1/32
                    wgaip 10.0.0.0/8      | wgaip: wgpeer not set
                    wgdescr x             | wgdescr: wgpeer not set
                    wgendpoint a 1        | wgendpoint: wgpeer not set
                    wgpsk KEY             | wgpsk: wgpeer not set
                    wgpka 1               | wgpka: wgpeer not set
                    -wgpeer PEERA wgpka 1 | wgpka: wgpeer not set
                    wgpeer PEERA wgpka 43201 | wgpka: 43201, too large
                    wgpeer PEERA wgaip 10.0.0.0/33 | wgaip: bad address
                    wgpeer PEERA wgaip host        | wgaip: bad address
                    wgpeer PEERA wgendpoint ::1    | 'wgendpoint' requires argument
                    wgpeer PEERA wgendpoint ::1 x y | wgendpoint ::1 x: Servname not supported for ai_socktype
                    inet host             | host: bad value
                    inet fd00::1          | fd00::1: bad value
                    inet6 10.0.0.1        | 10.0.0.1: bad value
                    inet 10.0.0.1/33      | prefixlen 33: too large
                    inet 10.0.0.1 netmask 255.0.255.0 | netmask 255.0.255.0: bad value
                    inet6 fd00::1 prefixlen 129 | prefixlen 129: too large
                    fnord                 | fnord: bad value
                    destroy up            | destroy: is a line of its own
                    inet autoconf         | autoconf: is not for interfaces of WireGuard
                    inet6 autoconf        | autoconf: is not for interfaces of WireGuard
                    inet6 eui64           | eui64: WireGuard has no link layer address to make one from
                    name ../x             | ../x: bad interface name
                    name a name b         | name: is given twice
                    group wg0             | wg0: bad group name
                    """)
    void saysWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wgdescr", "description"})
    void refusesADescriptionThatIsTooLong(String word) {
        String line = "wgpeer PEERA " + word + " " + "x".repeat(65);
        assertThatThrownBy(() -> parse(line)).hasMessageStartingWith(word + ": is longer");
    }
}
