package dev.adit.tools.netbsd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.resolve.Resolver;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

class WgConfigTest {
    private static final String KEY = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";

    /// What a private key of these bytes is.
    private static final String CLAMPED_KEY = "cAdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LGo=";

    private static final String PEER_A = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private static final String PEER_B = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";

    @TempDir Path folder;
    private final FakeDevice device = new FakeDevice();
    private FakeTerminal terminal = new FakeTerminal();
    private String message;

    @BeforeEach
    void writeKey() throws IOException {
        Files.writeString(folder.resolve("key"), KEY + "\nwhat follows does not matter\n");
    }

    /// Runs a line, in which `DIR` is the folder of the key; its exit status.
    private int run(String line) {
        terminal = new FakeTerminal();
        message = null;
        List<String> words = new ArrayList<>(List.of(line.replace("DIR", "" + folder).split(" ")));
        words.removeIf(String::isEmpty);
        try {
            return new WgConfig(name -> find(name), Resolver.system())
                    .run(terminal.terminal(), words);
        } catch (CommandFailure e) {
            message = e.getMessage();
            return 1;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private DeviceControl find(String name) {
        return device;
    }

    private String shown(String line) {
        assertThat(run(line)).as(line).isZero();
        return terminal.out();
    }

    @Test
    void showsAnInterfaceToWhichNothingWasDone() {
        assertThat(shown("wg0"))
                .isEqualTo("interface: wg0\n\tprivate-key: (hidden)\n\tlisten-port: (none)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wg0", "wg0 show all", "wg0 shows allx", "wg0 show all more words"})
    void showsAllWithTheNewestPeerFirst(String line) {
        addBoth();
        assertThat(shown(line))
                .isEqualTo(
                        """
                        interface: wg0
                        \tprivate-key: (hidden)
                        \tlisten-port: 51820
                        \tpeer: B
                        \t\tpublic-key: %s
                        \t\tendpoint: 2001:db8::1:51820
                        \t\tpreshared-key: (hidden)
                        \t\tlatest-handshake: (never)
                        \tpeer: A
                        \t\tpublic-key: %s
                        \t\tendpoint: (none)
                        \t\tpreshared-key: (hidden)
                        \t\tallowed-ips: 10.0.0.2/32,fd00::/64
                        \t\tlatest-handshake: (never)
                        """
                                .formatted(PEER_B, PEER_A));
    }

    private void addBoth() {
        shown("wg0 set private-key DIR/key");
        shown("wg0 set listen-port 51820");
        shown("wg0 add peer A " + PEER_A + " --allowed-ips=10.0.0.2/32,fd00::5/64");
        shown(
                "wg0 add peer B %s --endpoint=[2001:db8::1]:51820 --preshared-key=DIR/key"
                        .formatted(PEER_B));
    }

    @Test
    void showsOnePeer() {
        addBoth();
        device.handshake =
                LocalDateTime.of(2026, 1, 2, 3, 4, 5).atZone(ZoneId.systemDefault()).toInstant();
        String head = "peer: B\n\tpublic-key: " + PEER_B + "\n\tendpoint: 2001:db8::1:51820\n";
        String tail = "\tlatest-handshake: Fri Jan  2 03:04:05 2026\n";
        assertThat(shown("wg0 show peer B")).isEqualTo(head + "\tpreshared-key: (hidden)\n" + tail);
        assertThat(shown("wg0 show peer B --show-preshared-key"))
                .isEqualTo(head + "\tpreshared-key: " + KEY + "\n" + tail);
        assertThat(shown("wg0 show peer A --show-preshared-key")).contains("key: (none)\n");
    }

    @Test
    void saysNothingOfAPeerThatIsNotThere() {
        assertThat(shown("wg0 show peer A")).isEmpty();
        addBoth();
        assertThat(run("wg0 show peer C")).isEqualTo(1);
        assertThat(message).isNull();
        assertThat(terminal.out() + terminal.err()).isEmpty();
    }

    @Test
    void showsThePrivateKey() {
        assertThat(shown("wg0 show private-key")).isEqualTo("private-key: (none)\n");
        shown("wg0 set private-key DIR/key");
        assertThat(shown("wg0 show private-key")).isEqualTo("private-key: " + CLAMPED_KEY + "\n");
    }

    @Test
    void addsAPeerOnlyOnce() {
        addBoth();
        for (String peer :
                List.of("A " + KEY, "C " + PEER_A, "C " + KEY + " --allowed-ips=10.0.0.2/32")) {
            assertThat(run("wg0 add peer " + peer)).isEqualTo(1);
            assertThat(message).isEqualTo("wgconfig: ioctl(SIOCSDRVSPEC): cmd=4: File exists");
        }
        assertThat(run("wg0 add peer C " + KEY + " --allowed-ips=10.0.0.2/31")).isZero();
    }

    @Test
    void deletesAPeerByItsName() {
        addBoth();
        assertThat(run("wg0 delete peer C")).isEqualTo(1);
        assertThat(message)
                .isEqualTo("wgconfig: ioctl(SIOCSDRVSPEC): cmd=8: No such file or directory");
        assertThat(run("wg0 delete peer A")).isZero();
        assertThat(shown("wg0")).contains("peer: B").doesNotContain("peer: A");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-h",
                "-?",
                "--help",
                "wg0 show",
                "wg0 show nothing",
                "wg0 sho all",
                "wg0 show peer",
                "wg0 show peer A B",
                "wg0 show peer A --show-preshared-key more",
                "wg0 set listen-port",
                "wg0 set private-key a b",
                "wg0 set fwmark 1",
                "wg0 add peer A",
                "wg0 delete peer",
                "wg0 remove peer A"
            })
    void explainsItselfWhenMisused(String line) {
        assertThat(run(line)).isEqualTo(1);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err())
                .startsWith("Usage:\n\twgconfig <interface> [show all]\n")
                .endsWith("\twgconfig <interface> delete peer <peer name>\n");
    }

    @ParameterizedTest
    @CsvSource({
        "wg0 remove peer A,remove",
        "wg0 set fwmark 1,fwmark",
        "wg0 shw all,shw",
        "wg0 show peers x y,",
        "wg0 add pear A K,pear"
    })
    void namesTheWordThatItDoesNotKnow(String line, String word) {
        assertThat(run(line)).isEqualTo(1);
        assertThat(message).isEqualTo(word == null ? null : "wgconfig: unknown word: " + word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    wg0 set listen-port 0       | port 0 is not allowed
                    wg0 set listen-port http    | strtol: not a number
                    wg0 set listen-port 12x     | strtol: trailing garbage
                    wg0 set listen-port 65536   | out of range
                    wg0 set listen-port -1      | out of range
                    wg0 set listen-port 99999999999999999999 | out of range
                    wg0 set private-key DIR/no  | fopen: No such file or directory
                    wg0 set private-key /dev/null | base64 key len is short: 0
                    wg0 add peer A short        | invalid public-key length: 5
                    wg0 add peer 12345678901234567 KEY | peer name too long
                    wg0 delete peer 12345678901234567  | peer name too long
                    wg0 add peer A KEY --bogus=1       | invalid option: --bogus=1
                    wg0 add peer A KEY --endpoint      | invalid option: --endpoint
                    wg0 add peer A KEY --endpoint=1.2.3.4 | no ':' found in endpoint
                    wg0 add peer A KEY --endpoint=[::1]   | invalid endpoint format
                    wg0 add peer A KEY --endpoint=[::1    | invalid endpoint format
                    wg0 add peer A KEY --allowed-ips=10.0.0.1 | no '/' found in allowed-ip
                    wg0 add peer A KEY --allowed-ips=         | no '/' found in allowed-ip
                    wg0 add peer A KEY --allowed-ips=10.0.0.1/x | strtol: not a number
                    wg0 add peer A KEY --allowed-ips=host/32 | getaddrinfo: Name or service not known
                    wg0 add peer A KEY --allowed-ips=10.0.0.1/33 | ioctl(SIOCSDRVSPEC): cmd=4: Invalid argument
                    wg0 add peer A KEY --preshared-key=DIR/no | fopen: No such file or directory
                    12345678901234567 show all | interface name too long
                    """)
    void saysWhatIsWrong(String line, String expected) {
        assertThat(run(line.replace("KEY", PEER_A))).isEqualTo(1);
        assertThat(message).isEqualTo("wgconfig: " + expected);
        assertThat(device.configuration().peers()).isEmpty();
    }

    @Test
    void refusesAKeyThatIsNotBase64() throws IOException {
        Files.writeString(folder.resolve("key"), "!" + KEY.substring(1));
        for (String line :
                List.of(
                        "wg0 set private-key DIR/key",
                        "wg0 add peer A !" + PEER_A.substring(1),
                        "wg0 add peer A " + PEER_A + " --preshared-key=DIR/key")) {
            assertThat(run(line)).isEqualTo(1);
            assertThat(message).isEqualTo("wgconfig: b64_pton failed");
        }
    }

    @Test
    void saysWhyTheInterfaceRefuses() {
        device.errno = 98;
        assertThat(run("wg0 set listen-port 53")).isEqualTo(1);
        assertThat(message)
                .isEqualTo("wgconfig: ioctl(SIOCSDRVSPEC): cmd=2: Address already in use");
    }
}
