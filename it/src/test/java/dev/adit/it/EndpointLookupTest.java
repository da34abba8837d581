package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.DnsServer;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;

/// The name of a server is looked up whatever else goes on, by a way that does not lead into the
/// tunnel, and to an address that can be reached.
///
/// ```
/// ┌─────────────────────┐                ┌──────────────────────────────┐
/// │ client: adit up     │ 192.0.2.0/24   │ server            10.9.0.2   │
/// │                     ├────────────────┤ 192.0.2.2, then 192.0.2.3    │
/// │ 10.9.0.1  192.0.2.1 │ 2001:db8::/64  │ name server: 203.0.113.53    │
/// └─────────────────────┘                └──────────────────────────────┘
/// ```
class EndpointLookupTest {
    private Machine client;
    private Netns far;
    private Host server;
    private Keys keys;

    @BeforeEach
    void start() {
        client = Machine.create("c");
        far = Netns.create("s");
        client.netns().connect("eth0", far, "eth0");
        client.netns().address("eth0", "192.0.2.1/24");
        far.address("eth0", "192.0.2.2/24", "2001:db8::2/64");
        far.address("lo", NAME_SERVER + "/32");
        client.netns().run("ip", "route", "add", "default", "via", "192.0.2.2");
        server = Host.start(far, Software.subject(), PORT).address("10.9.0.2/24").up();
        keys = Keys.generate();
        server.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32");
    }

    @AfterEach
    void stop() {
        if (far != null) far.close();
        if (client != null) client.close();
    }

    private void up(String allowedIps, String more) {
        client.write(
                "wg0.conf",
                CONF.formatted(keys.privateKey(), more, server.publicKey(), allowedIps));
        client.up("wg0.conf");
    }

    /// Writes over a file that is mounted.
    private void rewrite(String file, String text) {
        try {
            Files.writeString(client.file(file), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String endpoint() {
        return client.run("wg", "show", "wg0", "endpoints").out().strip().split("\t")[1];
    }

    private void awaitEndpoint(String endpoint, Duration limit) {
        Await.until(
                () -> endpoint + ", and not " + client.command("wg").run(),
                limit,
                () -> endpoint().equals(endpoint));
    }

    @Test
    void aFullTunnelLooksItsServerUpAroundItselfAndNothingElse() {
        Software.requireTool("nft");
        client.write("zone", "192.0.2.2\n");
        Running names = far.start(DnsServer.in(far, NAME_SERVER, client.file("zone")));
        names.awaitOutput("ready");
        client.write("resolv.conf", "nameserver " + NAME_SERVER + "\n");
        client.run("mount", "--bind", client.file("resolv.conf").toString(), "/etc/resolv.conf");
        client.program("resolvconf", RESOLVCONF.formatted(client.file("resolv.conf")));
        up("0.0.0.0/0", "DNS = 10.9.0.53");
        client.assertReaches("10.9.0.2");
        assertThat(client.read("resolv.conf")).isEqualTo("nameserver 10.9.0.53\n");

        far.run("ip", "address", "delete", "192.0.2.2/24", "dev", "eth0");
        far.address("eth0", "192.0.2.3/24");
        client.netns().run("ip", "route", "replace", "default", "via", "192.0.2.3");
        rewrite("zone", "192.0.2.3\n");
        client.command("timeout", "2", "getent", "ahostsv4", "private.test").run();
        Await.until(
                () -> client.command("wg").run() + names.output(),
                Duration.ofSeconds(60),
                () -> client.netns().pings("10.9.0.2", 0.5));
        assertThat(endpoint()).isEqualTo("192.0.2.3:" + PORT);
        assertThat(names.output()).contains("asked for vpn.test.");
        assertThat(names.output().lines().distinct())
                .containsExactly("ready", "asked for vpn.test.");
    }

    @Test
    void aPacketEverySecondDoesNotKeepTheNameFromBeingLookedUp() {
        client.hosts("192.0.2.9 vpn.test\n"); // nothing is there
        up("10.9.0.2/32", "");
        client.netns().start(client.command("ping", "-n", "-q", "-i", "1", "10.9.0.2"));
        rewrite("hosts", "127.0.0.1 localhost\n192.0.2.2 vpn.test\n");
        awaitEndpoint("192.0.2.2:" + PORT, Duration.ofSeconds(40));
        client.assertReaches("10.9.0.2");
    }

    @Test
    void theAddressThatCanBeReachedIsTakenAndLeftWhenItNoLongerCan() {
        client.hosts("192.0.2.2 vpn.test\n2001:db8::2 vpn.test\n");
        client.netns().run("ip", "address", "flush", "dev", "eth0");
        client.netns().address("eth0", "2001:db8::1/64");
        up("10.9.0.2/32", "");
        assertThat(endpoint()).isEqualTo("[2001:db8::2]:" + PORT);
        client.assertReaches("10.9.0.2");

        client.netns().address("eth0", "192.0.2.1/24");
        client.netns().run("ip", "address", "delete", "2001:db8::1/64", "dev", "eth0");
        Await.until(
                () -> "packets by the other family, and not " + client.command("wg").run(),
                Duration.ofSeconds(30),
                () -> client.netns().pings("10.9.0.2", 0.5));
        assertThat(endpoint()).isEqualTo("192.0.2.2:" + PORT);
    }

    private static final int PORT = 5182;
    private static final String NAME_SERVER = "203.0.113.53";
    private static final String CONF =
            """
            [Interface]
            PrivateKey = %s
            Address = 10.9.0.1/24
            %s

            [Peer]
            PublicKey = %s
            AllowedIPs = %s
            Endpoint = vpn.test:5182
            """;

    /// Makes the servers it is given the only ones.
    private static final String RESOLVCONF = "[ \"$1\" != -a ] || grep ^nameserver >%s\n";
}
