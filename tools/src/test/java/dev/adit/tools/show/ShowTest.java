package dev.adit.tools.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.ip.port.ErrnoException;
import dev.adit.tools.host.Interfaces;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class ShowTest {
    private final FakeTerminal terminal = new FakeTerminal();
    private final Map<String, Statuses.Fixed> devices = new LinkedHashMap<>();

    @Test
    void showsAnInterfaceForPeople() throws Exception {
        devices.put("wg0", () -> Statuses.full(Instant.now()));
        assertThat(show("wg0")).isZero();
        assertThat(terminal.out())
                .isEqualTo(
                        """
                        interface: wg0
                          public key: hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
                          private key: (hidden)
                          listening port: 51820
                          fwmark: 0xca6c

                        peer: gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=
                          endpoint: [2001:db8::7]:1
                          allowed ips: 10.1.0.0/16, fd00::/8, 0.0.0.0/0, ::/0
                          latest handshake: 1 minute, 2 seconds ago
                          transfer: 37.43 KiB received, 3.00 TiB sent
                          persistent keepalive: every 25 seconds

                        peer: TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
                          preshared key: (hidden)
                          endpoint: 192.0.2.7:51821
                          allowed ips: 10.0.0.2/32
                          latest handshake: 3 days, 1 hour, 1 second ago
                          transfer: 0 B received, 180 B sent

                        peer: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
                          allowed ips: (none)
                        """);
    }

    @Test
    void showsNothingButTheNameOfAFreshInterface() throws Exception {
        devices.put("wg0", Statuses::empty);
        assertThat(show("wg0")).isZero();
        assertThat(terminal.out()).isEqualTo("interface: wg0\n");
    }

    @Test
    void showsSecretsWhenAskedTo() throws Exception {
        terminal.environment("WG_HIDE_KEYS", "never");
        devices.put("wg0", () -> Statuses.full(Instant.now()));
        show("wg0");
        assertThat(terminal.out())
                .contains(
                        "  private key: " + Statuses.PRIVATE_KEY + "\n",
                        "  preshared key: " + Statuses.PRESHARED_KEY + "\n");
    }

    @Test
    void dumpsAnInterfaceForScripts() throws Exception {
        Instant now = Instant.ofEpochSecond(1_800_000_000);
        devices.put("wg0", () -> Statuses.full(now));
        show("wg0", "dump");
        String own = Statuses.PRIVATE_KEY + "\t" + Statuses.PUBLIC_KEY;
        assertThat(terminal.out().lines())
                .containsExactly(
                        own + "\t51820\t0xca6c",
                        Statuses.PEER_A + "\t(none)\t(none)\t(none)\t0\t0\t0\toff",
                        Statuses.PEER_B
                                + "\t"
                                + Statuses.PRESHARED_KEY
                                + "\t192.0.2.7:51821\t10.0.0.2/32\t1799737199\t0\t180\toff",
                        Statuses.PEER_C
                                + "\t(none)\t[2001:db8::7]:1\t10.1.0.0/16,fd00::/8,0.0.0.0/0,::/0"
                                + "\t1799999938\t38331\t3298534883328\t25");
    }

    @Test
    void showsWhatWasDropped() throws Exception {
        devices.put("wg0", Statuses::empty);
        assertThat(show("wg0", "drops")).isZero();
        assertThat(terminal.out()).isEqualTo("replayed\t3\nno-route\t7\n");
    }

    @Test
    void namesTheOffloadsInUse() throws Exception {
        devices.put("wg0", Statuses::empty);
        assertThat(show("wg0", "offloads")).isZero();
        assertThat(terminal.out()).isEqualTo("tun-tso\nudp-gro\n");
    }

    @Test
    void putsTheNameBeforeEveryLineOfAll() throws Exception {
        devices.put("wg0", () -> Statuses.full(Instant.now()));
        devices.put("wg1", Statuses::empty);
        assertThat(show("all", "persistent-keepalive")).isZero();
        assertThat(show("all", "listen-port")).isZero();
        assertThat(show("all", "drops")).isZero();
        assertThat(terminal.out().lines())
                .containsExactly(
                        "wg0\t" + Statuses.PEER_A + "\toff",
                        "wg0\t" + Statuses.PEER_B + "\toff",
                        "wg0\t" + Statuses.PEER_C + "\t25",
                        "wg0\t51820",
                        "wg1\t0",
                        "wg0\treplayed\t3",
                        "wg0\tno-route\t7",
                        "wg1\treplayed\t3",
                        "wg1\tno-route\t7");
    }

    @Test
    void putsAnEmptyLineBetweenInterfaces() throws Exception {
        devices.put("wg0", Statuses::empty);
        devices.put("wg1", Statuses::empty);
        assertThat(show()).isZero();
        assertThat(terminal.out()).isEqualTo("interface: wg0\n\ninterface: wg1\n");
    }

    @Test
    void listsInterfacesOnOneLine() throws Exception {
        devices.put("wg0", Statuses::empty);
        devices.put("wg1", Statuses::empty);
        assertThat(show("interfaces")).isZero();
        assertThat(terminal.out()).isEqualTo("wg0 wg1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"interfaces", "all"})
    void saysNothingWhenThereIsNoInterface(String what) throws Exception {
        assertThat(show(what)).isZero();
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void passesOverAnInterfaceThatFails() throws Exception {
        devices.put("wg0", ShowTest::broken);
        devices.put("wg1", Statuses::empty);
        assertThat(show("all")).isZero();
        assertThat(terminal.out()).isEqualTo("interface: wg1\n");
        assertThat(terminal.err()).isEqualTo("Unable to access interface wg0: Permission denied\n");
    }

    @Test
    void failsWhenNoInterfaceAnswers() throws Exception {
        devices.put("wg0", ShowTest::broken);
        assertThat(show("all")).isEqualTo(1);
    }

    @Test
    void failsWhenTheInterfaceIsNotThere() {
        assertThatThrownBy(() -> show("wg7"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("Unable to access interface: No such device");
    }

    @Test
    void refusesAnUnknownField() {
        devices.put("wg0", Statuses::empty);
        assertThatThrownBy(() -> show("wg0", "bogus"))
                .hasMessage("Invalid parameter: `bogus'")
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.misused()).isTrue());
    }

    @Test
    void refusesTooManyArguments() {
        for (List<String> arguments :
                List.of(List.of("wg0", "dump", "x"), List.of("interfaces", "dump"))) {
            assertThatThrownBy(() -> show(arguments.toArray(String[]::new)))
                    .isInstanceOfSatisfying(
                            CommandFailure.class, e -> assertThat(e.misused()).isTrue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "help"})
    void explainsItself(String word) throws Exception {
        assertThat(show(word)).isZero();
        assertThat(terminal.err())
                .startsWith("Usage: adit show { <interface> | all | interfaces }");
    }

    @Test
    void erasesTheKeysItWasGiven() throws Exception {
        DeviceConfiguration status = Statuses.full(Instant.now());
        devices.put("wg0", () -> status);
        show("wg0", "dump");
        assertThat(status.privateKey().isZero()).isTrue();
        assertThat(status.peers().get(1).presharedKey().isZero()).isTrue();
    }

    private static DeviceConfiguration broken() throws IOException {
        throw new ErrnoException("connect", 13, "EACCES: Permission denied");
    }

    private int show(String... arguments) throws Exception {
        Interfaces interfaces =
                new Interfaces() {
                    @Override
                    public List<String> names() {
                        return List.copyOf(devices.keySet());
                    }

                    @Override
                    public DeviceControl device(String name) {
                        Statuses.Fixed missing =
                                () -> {
                                    throw new ErrnoException(
                                            "connect", 19, "ENODEV: No such device");
                                };
                        return devices.getOrDefault(name, missing);
                    }
                };
        return new Show(interfaces).run(terminal.terminal(), List.of(arguments));
    }
}
