package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Seeds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The configurations of guides whose clients reach a server, and each other through it.
///
/// ```
///                 ┌──────────────────────────┐
///                 │ public-server1           │
///                 │ 192.0.2.1  2001:db8::1   │
///                 └┬───────────┬────────────┬┘
///   198.51.100.0/30│     .4/30 │      .8/30 │   and 2001:db8:ffff::/64 on the first cable
/// ┌────────────────┴┐ ┌────────┴──────┐ ┌───┴───────────┐
/// │ home-server     │ │ laptop        │ │ phone         │
/// │ 192.0.2.3  ::3  │ │ 192.0.2.4     │ │ 192.0.2.5     │
/// └─────────────────┘ └───────────────┘ └───────────────┘
/// ```
class SeedRoutesTest {
    private static final List<String> CLIENTS = List.of("home-server", "laptop", "phone");

    private final Map<String, Machine> machines = new HashMap<>();
    private final Map<String, String> before = new HashMap<>();

    @AfterEach
    void stop() {
        machines.values().forEach(Machine::close);
    }

    @Test
    void aQuickStartReachesItsServer() {
        layOut("quickstart", List.of("laptop"));
        up("public-server1");
        up("laptop");
        machine("laptop").assertReaches("192.0.2.1");
        machine("public-server1").assertReaches("192.0.2.4");
        assertThat(machine("public-server1").read("dns.log"))
                .contains("-a wg0 -m 0 -x\nnameserver 1.1.1.1\n");
        assertAllIsAsBefore("laptop", "public-server1");
        assertThat(machine("public-server1").read("dns.log")).endsWith("-d wg0 -f\n");
    }

    @Test
    void clientsReachEachOtherThroughTheBounceServerOnly() {
        layOut("bounce", CLIENTS);
        Machine server = machine("public-server1");
        server.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        String[] all = {"public-server1", "home-server", "laptop", "phone"};
        for (String name : all) up(name);
        for (String from : CLIENTS) {
            machine(from).assertReaches("192.0.2.1");
            for (int host = 3; host <= 5; host++) machine(from).assertReaches("192.0.2." + host);
            assertThat(machine(from).run("wg", "show", "wg0", "peers").lines()).hasSize(1);
            // One hop more than the way to the server itself.
            assertThat(ttl(from, "192.0.2.1")).isEqualTo(64);
        }
        assertThat(ttl("laptop", "192.0.2.5")).isEqualTo(63);
        server.run("sysctl", "-qw", "net.ipv4.ip_forward=0");
        assertThat(machine("laptop").netns().pings("192.0.2.5", 1)).isFalse();
        assertAllIsAsBefore("phone", "laptop", "home-server", "public-server1");
    }

    private int ttl(String from, String to) {
        Outcome ping = machine(from).netns().ping(to, 5).ok();
        return Integer.parseInt(ping.out().replaceFirst("(?s).* ttl=([0-9]+) .*", "$1"));
    }

    @Test
    void ipv6IsCarriedAndCarries() {
        layOut("ipv6", List.of("home-server"));
        Machine server = machine("public-server1"), home = machine("home-server");
        server.netns().address("eth0", "2001:db8:ffff::1/64");
        home.netns().address("eth0", "2001:db8:ffff::3/64");
        server.run("ip", "address", "add", "203.0.113.7/32", "dev", "lo");
        server.run("ip", "address", "add", "2001:db8:eeee::7/128", "dev", "lo");
        before.replaceAll((name, _) -> machine(name).state());
        up("public-server1");
        up("home-server");
        for (String address :
                List.of("192.0.2.1", "2001:db8::1", "203.0.113.7", "2001:db8:eeee::7")) {
            home.assertReaches(address);
        }
        server.assertReaches("2001:db8::3");
        assertThat(server.run("wg", "show", "wg0", "endpoints").out())
                .contains("[2001:db8:ffff::3]");
        assertThat(server.run("ip", "-6", "route", "show", "table", "1234").out())
                .contains("2001:db8::3 dev wg0");
        assertThat(server.run("ip", "route", "show", "table", "1234").out())
                .contains("192.0.2.3 dev wg0");
        assertThat(server.run("ip", "link", "show", "wg0").out()).contains("mtu 1500");
        assertThat(server.run("ip", "rule").out()).contains("ipproto tcp dport 22 lookup 1234");
        assertThat(server.run("ip", "-6", "route").out()).contains("2001:db8:7::/64 dev wg0");
        assertAllIsAsBefore("home-server", "public-server1");
        assertThat(server.read("wg0.log")).containsPattern("(?s)Started.*Going Down.*Stopped");
    }

    /// A machine for each host, with a cable of its own to the server.
    private void layOut(String topology, List<String> clients) {
        Seeds seeds = new Seeds(topology);
        Machine server = add("public-server1", seeds);
        int third = 0;
        for (String name : clients) {
            Machine client = add(name, seeds);
            String cable = "eth" + third / 4;
            client.netns().connect("eth0", server.netns(), cable);
            client.netns().address("eth0", "198.51.100." + (third + 2) + "/30");
            server.netns().address(cable, "198.51.100." + (third + 1) + "/30");
            client.hosts("198.51.100." + (third + 1) + " public-server1.example-vpn.tld\n");
            third += 4;
        }
        machines.forEach((name, machine) -> before.put(name, machine.state()));
    }

    private Machine add(String name, Seeds seeds) {
        Machine machine = Machine.create(name.substring(0, 4));
        machines.put(name, machine);
        String folder = machine.file("").toString();
        machine.write("wg0.conf", seeds.text(name + ".conf").replace("%i.log", folder + "/%i.log"));
        machine.program(
                "resolvconf",
                "echo \"$*\" >> "
                        + folder
                        + "/dns.log\n"
                        + "[ \"$1\" = -d ] || cat >> "
                        + folder
                        + "/dns.log\n");
        return machine;
    }

    private Machine machine(String name) {
        return machines.get(name);
    }

    private void up(String name) {
        machine(name).up("wg0.conf");
    }

    private void assertAllIsAsBefore(String... names) {
        for (String name : new ArrayList<>(List.of(names))) {
            machine(name).down("wg0.conf");
            machine(name).awaitState(before.get(name));
        }
    }
}
