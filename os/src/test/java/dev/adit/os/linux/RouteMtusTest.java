package dev.adit.os.linux;

import dev.adit.ip.port.Tun;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.stream.IntStream;

class RouteMtusTest {
    private final String name = Host.newName();
    private final String network = Host.newNetwork();
    private final TunEventLog events = new TunEventLog();
    private Tun tun;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        tun = new LinuxTunFactory().create(name, 1420);
        Host.ip("link set " + name + " up");
    }

    @AfterEach
    void close() {
        if (tun != null) tun.close();
        events.expectNothing();
    }

    private void watch() throws InterruptedException {
        tun.watch(events);
        events.expect("mtu 1420", "up");
    }

    private String route(int host, String rest) {
        return "route " + rest.formatted(network + "." + host + "/32 dev " + name);
    }

    @Test
    void areThoseThatAreThere() throws InterruptedException {
        Host.ip(route(1, "add %s mtu 1299"));
        tun.watch(events);
        events.expect("mtu 1420", "up", "routes [1299]");
    }

    @Test
    void areFollowed() throws InterruptedException {
        watch();
        Host.ip(route(1, "add %s"));
        Host.ip(route(2, "add %s mtu 1299"));
        events.expect("routes [1299]");
        Host.ip(route(3, "add %s table 5000 mtu lock 1290"));
        events.expect("routes [1290, 1299]");
        Host.ip(route(4, "add %s mtu 1299"));
        Host.ip(route(2, "replace %s mtu 1500"));
        events.expect("routes [1290, 1299, 1500]");
        Host.ip(route(2, "replace %s"));
        events.expect("routes [1290, 1299]");
        Host.ip(route(4, "del %s"));
        events.expect("routes [1290]");
        Host.ip(route(3, "del %s table 5000"));
        events.expect("routes []");
    }

    @Test
    void areThoseOfIpv6Too() throws InterruptedException {
        Host.requireInet6();
        watch();
        Host.ip("-6 route add 2001:db8:5::/64 dev " + name + " mtu 1299");
        events.expect("routes [1299]");
        Host.ip("-6 route del 2001:db8:5::/64 dev " + name);
        events.expect("routes []");
    }

    @Test
    void goWithAnInterfaceThatIsSetDown() throws InterruptedException {
        watch();
        Host.ip(route(1, "add %s mtu 1299"));
        events.expect("routes [1299]");
        Host.ip("link set " + name + " down");
        events.expect("down", "routes []");
    }

    @Test
    void goWithARouteThatIsReplacedByOneElsewhere() throws InterruptedException {
        watch();
        Host.ip(route(1, "add %s mtu 1299"));
        events.expect("routes [1299]");
        Host.ip("route replace " + network + ".1/32 dev lo");
        try {
            events.expect("routes []");
        } finally {
            Host.ip("route del " + network + ".1/32 dev lo");
        }
    }

    @Test
    void areOfSeveralNextHops() throws InterruptedException {
        watch();
        String hops = " mtu 1299 nexthop dev lo nexthop dev " + name;
        Host.ip("route add " + network + ".1/32" + hops);
        try {
            events.expect("routes [1299]");
        } finally {
            Host.ip("route del " + network + ".1/32");
        }
        events.expect("routes []");
    }

    @Test
    void areNotThoseOfOtherInterfaces() throws InterruptedException {
        watch();
        Host.ip("route add " + network + ".1/32 dev lo mtu 1277");
        try {
            Host.ip(route(2, "add %s mtu 1299"));
            events.expect("routes [1299]");
        } finally {
            Host.ip("route del " + network + ".1/32 dev lo");
        }
    }

    @Test
    void areFoundAmongMoreRoutesThanOneMessageHolds() throws InterruptedException {
        IntStream.rangeClosed(1, 254).forEach(host -> Host.ip(route(host, "add %s")));
        Host.ip(route(255, "add %s mtu 1299"));
        tun.watch(events);
        events.expect("mtu 1420", "up", "routes [1299]");
    }

    @Test
    void areHeardInAnotherNamespace() throws InterruptedException {
        Host.requireNamespaces();
        watch();
        Host.ip(route(1, "add %s mtu 1299"));
        events.expect("routes [1299]");
        try (Host.Namespace elsewhere = new Host.Namespace()) {
            Host.ip("link set " + name + " netns " + elsewhere.name());
            events.expect("down", "routes []");
            elsewhere.ip("link set " + name + " up");
            events.expect("up");
            elsewhere.ip(route(1, "add %s mtu 1298"));
            events.expect("routes [1298]");
            Host.ip("netns exec " + elsewhere.name() + " ip link set " + name + " netns 1");
            events.expect("down", "routes []");
        }
    }
}
