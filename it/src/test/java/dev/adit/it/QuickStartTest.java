package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.CompatToolsNamespace;
import dev.adit.it.lab.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A quick start as people know it, with `compat/bin` on the PATH and no wireguard-tools: a relay
/// that bounces packets between two clients, each with its `wg0`.
///
/// ```
/// ┌─────────────────┐ 198.51.100.0/24 ┌─────────────────┐ 203.0.113.0/24 ┌─────────────────┐
/// │ a: 192.0.2.3/32 ├─────────────────┤ r: 192.0.2.1/24 ├────────────────┤ b: 192.0.2.4/32 │
/// └─────────────────┘                 └─────────────────┘                └─────────────────┘
/// ```
class QuickStartTest {
    private final List<CompatToolsNamespace> islands = new ArrayList<>();
    private CompatToolsNamespace r, a, b;

    @BeforeEach
    void connect() {
        r = island("r");
        a = island("a");
        b = island("b");
        r.netns().connect("eth0", a.netns(), "eth0");
        r.netns().connect("eth1", b.netns(), "eth0");
        r.netns().address("eth0", "198.51.100.1/24");
        a.netns().address("eth0", "198.51.100.2/24");
        r.netns().address("eth1", "203.0.113.1/24");
        b.netns().address("eth0", "203.0.113.2/24");
        r.sh("sysctl -qw net.ipv4.ip_forward=1").ok();
        for (CompatToolsNamespace island : islands) {
            island.sh("wg genkey > example.key").ok();
            island.sh("wg pubkey < example.key > example.key.pub").ok();
        }
    }

    private CompatToolsNamespace island(String role) {
        CompatToolsNamespace island = CompatToolsNamespace.create(role);
        islands.add(island);
        return island;
    }

    @AfterEach
    void stop() {
        islands.forEach(CompatToolsNamespace::close);
    }

    @Test
    void bouncesPacketsBetweenClients() throws IOException {
        configure();
        for (CompatToolsNamespace island : islands) {
            island.sh("wg-quick up " + island.file("wg0.conf")).ok();
        }
        assertReaches(a, "192.0.2.1");
        assertReaches(b, "192.0.2.1");
        assertReaches(a, "192.0.2.4");
        assertReaches(b, "192.0.2.3");
        assertShows();

        a.sh("ip link set wg0 down").ok();
        assertThat(a.netns().pings("192.0.2.1", 0.5)).isFalse();
        a.sh("ip link set wg0 up && ip route replace 192.0.2.0/24 dev wg0").ok();
        assertReaches(a, "192.0.2.4");

        for (CompatToolsNamespace island : islands) {
            island.sh("wg-quick down " + island.file("wg0.conf")).ok();
            assertNothingIsLeft(island);
        }
    }

    private void assertShows() throws IOException {
        String client = a.sh("wg show").ok().out();
        assertThat(client)
                .startsWith("interface: wg0\n  public key: " + key(a))
                .contains("peer: " + key(r), "endpoint: 198.51.100.1:51820")
                .contains("allowed ips: 192.0.2.0/24", "latest handshake: ", "transfer: ");
        assertThat(a.sh("wg").ok().out()).startsWith("interface: wg0\n");
        assertThat(a.sh("wg show all").ok().out()).startsWith("interface: wg0\n");
        assertThat(a.sh("wg show wg0").ok().out()).startsWith("interface: wg0\n");
        assertThat(r.sh("wg show interfaces").ok().out()).isEqualTo("wg0\n");
        assertThat(r.sh("wg show wg0 allowed-ips").ok().out())
                .isEqualTo(key(a) + "\t192.0.2.3/32\n" + key(b) + "\t192.0.2.4/32\n");
        assertThat(a.sh("ip address show wg0").ok().out()).contains("192.0.2.3/32");
        assertThat(a.sh("ip route get 192.0.2.4").ok().out()).contains("dev wg0");
    }

    @Test
    void runsCommandsThatCallWg() throws IOException {
        r.sh("wg genpsk > psk").ok();
        r.write(
                "wg0.conf",
                """
                [Interface]
                Address = 192.0.2.1/24
                ListenPort = 51820
                PostUp = wg set %%i private-key %s
                PostUp = wg set %%i peer %s preshared-key %s allowed-ips 192.0.2.3/32
                PostDown = ! wg show %%i
                """
                        .formatted(r.file("example.key"), key(a), r.file("psk")));
        // As where nobody has put compat/bin on the PATH.
        Path adit = CompatToolsNamespace.ROOT.resolve("adit");
        Path conf = r.file("wg0.conf");
        r.command(adit.toString(), "up", conf.toString()).with("PATH", "/usr/bin:/bin").run().ok();
        assertThat(r.sh("wg show wg0 public-key").ok().out()).isEqualTo(key(r) + "\n");
        assertThat(r.sh("wg show wg0 preshared-keys").ok().out())
                .isEqualTo(key(a) + "\t" + Files.readString(r.file("psk")));
        r.command(adit.toString(), "down", conf.toString())
                .with("PATH", "/usr/bin:/bin")
                .run()
                .ok();
        assertNothingIsLeft(r);
    }

    @Test
    void saysWhatWgQuickSaysOfMistakes() {
        Outcome missing = a.sh("wg-quick up " + a.file("wg1.conf"));
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err())
                .isEqualTo("wg-quick: `" + a.file("wg1.conf") + "' does not exist\n");
        a.write("wg1.conf", "[Interface]\n");
        Outcome down = a.sh("wg-quick down ./wg1.conf");
        assertThat(down.status()).isEqualTo(1);
        assertThat(down.err()).isEqualTo("wg-quick: `wg1' is not a WireGuard interface\n");
        assertThat(a.sh("wg show wg1").err())
                .isEqualTo("Unable to access interface: No such device\n");
    }

    private void configure() throws IOException {
        r.write(
                "wg0.conf",
                """
                [Interface]
                Address = 192.0.2.1/24
                ListenPort = 51820
                PrivateKey = %s

                [Peer]
                # Name = a.example-vpn.dev
                PublicKey = %s
                AllowedIPs = 192.0.2.3/32

                [Peer]
                # Name = b.example-vpn.dev
                PublicKey = %s
                AllowedIPs = 192.0.2.4/32
                """
                        .formatted(secret(r), key(a), key(b)));
        configure(a, "192.0.2.3/32", "198.51.100.1:51820");
        configure(b, "192.0.2.4/32", "203.0.113.1:51820");
    }

    private void configure(CompatToolsNamespace client, String address, String relay)
            throws IOException {
        client.write(
                "wg0.conf",
                """
                [Interface]
                Address = %s
                PrivateKey = %s

                [Peer]
                PublicKey = %s
                Endpoint = %s
                # routes traffic to itself and nested subnet of peers as bounce server
                AllowedIPs = 192.0.2.1/24
                PersistentKeepalive = 25
                """
                        .formatted(address, secret(client), key(r), relay));
    }

    private static String secret(CompatToolsNamespace island) throws IOException {
        return Files.readString(island.file("example.key")).strip();
    }

    private static String key(CompatToolsNamespace island) throws IOException {
        return Files.readString(island.file("example.key.pub")).strip();
    }

    private static void assertReaches(CompatToolsNamespace from, String address) {
        Await.until(
                () -> address + " answers " + from.sh("wg show; ip route"),
                Duration.ofSeconds(10),
                () -> from.netns().pings(address, 2));
    }

    private static void assertNothingIsLeft(CompatToolsNamespace island) {
        assertThat(island.sh("ip link show wg0").succeeded()).isFalse();
        assertThat(island.sh("ls /run/wireguard").out()).isEmpty();
        Await.until(
                "the daemon has ended",
                Duration.ofSeconds(5),
                () -> island.daemons("wg0").isEmpty());
    }
}
