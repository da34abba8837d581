package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.stream.Stream;

/// A server that is known by name gets another address, and with it the name another meaning.
///
/// ```
/// ┌──────────────────────────┐                ┌───────────────────────────┐
/// │ client: adit up          │                │ server: another           │
/// │ Endpoint = vpn.test:5182 ├────────────────┤ 192.0.2.2, then .3, .4    │
/// │ 10.9.0.1    192.0.2.1    │ 192.0.2.0/24   │ 2001:db8::2      10.9.0.2 │
/// └──────────────────────────┘ 2001:db8::/64  └───────────────────────────┘
/// ```
class EndpointNameTest {
    private Machine client;
    private Host server;
    private String before;

    static Stream<Software> others() {
        return Stream.of(Software.wireguardGo(), Software.newerWireguardGo());
    }

    @AfterEach
    void stop() {
        if (server != null) server.netns().close();
        if (client != null) client.close();
    }

    /// @param daemon what serves the client's interface
    private void start(Software daemon) {
        daemon.required();
        client = Machine.create("c").environment(DAEMON, daemon.program().toString());
        Netns far = Netns.create("s");
        client.netns().connect("eth0", far, "eth0");
        client.netns().address("eth0", "192.0.2.1/24", "2001:db8::1/64");
        far.address("eth0", "192.0.2.2/24", "2001:db8::2/64");
        server = Host.start(far, Software.other(), PORT).address("10.9.0.2/24").up();
        Keys keys = Keys.generate();
        server.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32");
        client.hosts("192.0.2.2 vpn.test\n");
        client.write("wg0.conf", CONF.formatted(keys.privateKey(), server.publicKey()));
        before = client.state();
        client.up("wg0.conf");
        client.assertReaches("10.9.0.2");
    }

    /// The server is elsewhere, and the name says where.
    private void move(String from, String to) {
        server.netns().run("ip", "address", "delete", from + "/24", "dev", "eth0");
        server.netns().address("eth0", to + "/24");
        name(to);
    }

    private void name(String address) {
        try { // the same file, since that is what is mounted
            Files.writeString(
                    client.file("hosts"), "127.0.0.1 localhost\n" + address + " vpn.test\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String resolution(String address, String outcome) {
        return String.join("\t", server.publicKey(), "vpn.test:" + PORT, address, outcome) + "\n";
    }

    private String report() {
        return client.command("wg").run() + server.report();
    }

    @Test
    void aServerIsFoundAtItsNewAddressWithoutARestart() {
        start(Software.subject());
        move("192.0.2.2", "192.0.2.3");
        assertThat(client.adit("resolve", "wg0").run().ok().out())
                .isEqualTo(resolution("192.0.2.3:" + PORT, "moved"));
        client.assertReaches("10.9.0.2");

        move("192.0.2.3", "192.0.2.4"); // and nobody says so
        Duration limit = Duration.ofSeconds(22); // 15 s without an answer, and a handshake
        Await.until(this::report, limit, () -> client.netns().pings("10.9.0.2", 0.5));

        String conf = client.run("wg", "showconf", "wg0").out();
        assertThat(client.adit("showconf", "wg0").run().ok().out()).isEqualTo(conf);
        assertThat(conf).contains("Endpoint = 192.0.2.4:" + PORT + "\n");
        client.adit("save", client.file("wg0.conf").toString()).run().ok();
        assertThat(client.read("wg0.conf")).contains("Endpoint = vpn.test:" + PORT + "\n");
        client.down("wg0.conf");
        client.awaitState(before);
    }

    @Test
    void aServerMayGoToTheOtherFamilyAndBack() {
        start(Software.subject());
        name("2001:db8::2");
        assertThat(client.adit("resolve", "wg0").run().ok().out())
                .isEqualTo(resolution("[2001:db8::2]:" + PORT, "moved"));
        client.assertReaches("10.9.0.2");
        assertThat(server.dump().peer().endpoint()).startsWith("[2001:db8::1]:");
        name("192.0.2.2");
        client.adit("resolve", "wg0").run().ok();
        client.assertReaches("10.9.0.2");
        assertThat(server.dump().peer().endpoint()).startsWith("192.0.2.1:");
        // A stock tool knows no names, and what it sets counts.
        client.run("wg", "set", "wg0", "peer", server.publicKey(), "endpoint", "192.0.2.2:" + PORT);
        Outcome outcome = client.adit("resolve", "wg0").run();
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("knows no endpoint names");
        client.down("wg0.conf");
        client.awaitState(before);
    }

    @ParameterizedTest
    @MethodSource("others")
    void anotherDaemonIsToldTheNewAddressOfAFile(Software daemon) {
        start(daemon);
        move("192.0.2.2", "192.0.2.3");
        String file = client.file("wg0.conf").toString();
        assertThat(client.adit("resolve", "wg0", file).run().ok().out())
                .isEqualTo(resolution("192.0.2.3:" + PORT, "moved"));
        assertThat(client.adit("resolve", "wg0", file).run().ok().out())
                .isEqualTo(resolution("192.0.2.3:" + PORT, "same"));
        client.assertReaches("10.9.0.2");
        assertThat(client.adit("resolve", "wg0").run().status()).isEqualTo(1);
        client.down("wg0.conf");
        client.awaitState(before);
    }

    private static final int PORT = 5182;
    private static final String DAEMON = "WG_QUICK_USERSPACE_IMPLEMENTATION";
    private static final String CONF =
            """
            [Interface]
            PrivateKey = %s
            Address = 10.9.0.1/24

            [Peer]
            PublicKey = %s
            AllowedIPs = 10.9.0.2/32
            Endpoint = vpn.test:5182
            """;
}
