package dev.adit.tools.quick;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.tools.host.SystemHost;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Determines the MTU of an interface whose configuration does not set it. Stateless.
final class Mtu {
    /// The smallest MTU on the path to any endpoint; if none is known, that of the default route,
    /// else of Ethernet; less the overhead of a WireGuard packet.
    static int toward(List<Endpoint> endpoints, SystemHost host) {
        int smallest = Integer.MAX_VALUE;
        Set<IpAddress> asked = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            // A link-local address has a path of its own; an unresolved one has none.
            boolean routed = endpoint.scope() == 0 && !isZero(endpoint.address());
            if (!routed || !asked.add(endpoint.address())) continue;
            String route = host.query("ip", "route", "get", endpoint.address().toString()).text();
            smallest = Math.min(smallest, of(route, host));
        }
        if (smallest == Integer.MAX_VALUE) {
            String routes = host.query("ip", "route", "show", "default").text();
            smallest = of(routes.lines().findFirst().orElse(""), host);
        }
        return (smallest == Integer.MAX_VALUE ? ETHERNET : smallest) - OVERHEAD;
    }

    /// The MTU of a route: its own, else that of its device, else the largest number.
    private static int of(String route, SystemHost host) {
        Matcher own = MTU.matcher(route);
        if (own.find()) return Integer.parseInt(own.group(1));
        Matcher device = DEVICE.matcher(route);
        if (!device.find()) return Integer.MAX_VALUE;
        Matcher link = MTU.matcher(host.query("ip", "link", "show", "dev", device.group(1)).text());
        return link.find() ? Integer.parseInt(link.group(1)) : Integer.MAX_VALUE;
    }

    private static boolean isZero(IpAddress address) {
        return address.high() == 0 && address.low() == 0;
    }

    static final Pattern MTU = Pattern.compile("mtu (?:lock )?([0-9]{1,9})");
    private static final Pattern DEVICE = Pattern.compile("dev ([^ ]+)");
    private static final int ETHERNET = 1500;
    private static final int OVERHEAD = 80; // IPv6 40, UDP 8, WireGuard 16 + 16

    private Mtu() {}
}
