package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Seeds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The configurations of guides that take keys and peers from elsewhere than their own file.
///
/// ```
/// ┌────────────────┐  198.51.100.0/24   ┌──────────────────────────┐
/// │ public-server1 ├────────────────────┤ public-server2 or laptop │
/// │ 192.0.2.1      │ .1              .2 │ 192.0.2.2 or 192.0.2.4   │
/// └────────────────┘                    └──────────────────────────┘
/// ```
class SeedKeysTest {
    private Machine server, other;
    private String serverBefore, otherBefore;

    @BeforeEach
    void start() {
        server = Machine.create("s");
        other = Machine.create("o");
        server.netns().connect("eth0", other.netns(), "eth0");
        server.netns().address("eth0", "198.51.100.1/24");
        other.netns().address("eth0", "198.51.100.2/24");
        String hosts =
                "198.51.100.1 public-server1.example-vpn.tld\n"
                        + "198.51.100.2 public-server2.example-vpn.dev\n";
        server.hosts(hosts);
        other.hosts(hosts);
        serverBefore = server.state();
        otherBefore = other.state();
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
        if (other != null) other.close();
    }

    @Test
    void serversShareOneListOfPeersAndIgnoreThemselvesInIt() {
        Seeds seeds = new Seeds("shared-peers");
        write(server, "wg0.conf", seeds.text("public-server1.conf"));
        write(other, "wg0.conf", seeds.text("public-server2.conf"));
        for (Machine machine : new Machine[] {server, other}) {
            machine.write("peers.conf", seeds.text("peers.conf"));
            machine.up("wg0.conf");
        }
        server.assertReaches("192.0.2.2");
        other.assertReaches("192.0.2.1");
        assertThat(server.run("wg", "show", "wg0", "peers").out().strip())
                .isEqualTo(seeds.keys("public-server2.example-vpn.dev").publicKey());
        assertThat(other.run("wg", "show", "wg0", "peers").out().strip())
                .isEqualTo(seeds.keys("public-server1.example-vpn.tld").publicKey());
        downAndAssertAsBefore();
    }

    @Test
    void keysComeFromCommands() {
        Seeds seeds = new Seeds("keys-from-command");
        Keys server1 = seeds.keys("public-server1.example-vpn.tld");
        write(server, "wg0.conf", seeds.text("public-server1.conf"));
        server.write("some/path/wg0/privkey", server1.privateKey() + "\n");
        String psk = Keys.preshared();
        write(other, "wg0.conf", seeds.text("laptop.conf"));
        other.write("keys/wg0.key", seeds.keys("laptop.example-vpn.dev").privateKey() + "\n");
        other.write("keys/server.pub", server1.publicKey() + "\n");
        other.write("keys/psk", psk + "\n");
        other.write("keys/allowed-ips", "192.0.2.1/32,192.0.2.128/25\n");
        server.up("wg0.conf");
        String laptop = seeds.keys("laptop.example-vpn.dev").publicKey();
        server.command("wg", "set", "wg0", "peer", laptop, "preshared-key", "/dev/stdin")
                .input(psk)
                .run()
                .ok();
        other.up("wg0.conf");
        // Peers that hooks give allowed IPs get no routes, as with wg-quick.
        other.run("ip", "route", "add", "192.0.2.1/32", "dev", "wg0");
        other.assertReaches("192.0.2.1");
        assertThat(server.run("wg", "show", "wg0", "public-key").out().strip())
                .isEqualTo(server1.publicKey());
        assertThat(other.run("wg", "show", "wg0", "preshared-keys").out()).contains(psk);
        downAndAssertAsBefore();
    }

    /// Files that the guide names by their folder are in that of the machine.
    private static void write(Machine machine, String name, String text) {
        String folder = machine.file("").toString();
        machine.write(
                name,
                text.replace("peers.conf", folder + "/peers.conf")
                        .replace("cat some/", "cat " + folder + "/some/")
                        .replace(" keys/", " " + folder + "/keys/"));
    }

    private void downAndAssertAsBefore() {
        other.down("wg0.conf");
        server.down("wg0.conf");
        server.awaitState(serverBefore);
        other.awaitState(otherBefore);
    }
}
