package dev.adit.tools.quick;

import dev.adit.ip.address.IpPrefix;
import dev.adit.tools.host.SystemHost;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A route that takes effect when the interface's own route to the same prefix is gone: it refuses
/// the packets, which would otherwise leave by the default route. Immutable.
///
/// The kernel's WireGuard cannot end; a daemon can, and its interface's routes vanish with it. This
/// route has the highest possible metric, so that every other route to that prefix has precedence.
///
/// @param prefix the destination
/// @param table the routing table, by number or name
record UnreachableRoute(IpPrefix prefix, String table) {
    /// Parses text such as `10.0.0.0/8 main`, the form of [#toString]; empty when it is not that.
    static Optional<UnreachableRoute> parse(String text) {
        String[] words = text.split(" ", 2);
        if (words.length != 2) return Optional.empty();
        return IpPrefix.parse(words[0]).map(prefix -> new UnreachableRoute(prefix, words[1]));
    }

    @Override
    public String toString() {
        return prefix + " " + table;
    }

    String family() {
        return prefix.address().v6() ? "-6" : "-4";
    }

    /// The steps that add the missing ones of these routes: one for each family.
    static List<Step> add(Collection<UnreachableRoute> routes) {
        return batches(routes, "replace");
    }

    /// The steps that remove the existing ones of these routes.
    static List<Step> remove(SystemHost host, Collection<UnreachableRoute> routes) {
        Set<UnreachableRoute> present = new HashSet<>();
        Set<String> asked = new HashSet<>();
        for (UnreachableRoute route : routes) {
            if (!asked.add(route.family() + route.table)) continue;
            present.addAll(listed(host, route.family(), route.table));
        }
        return batches(routes.stream().filter(present::contains).toList(), "delete");
    }

    private static List<UnreachableRoute> listed(SystemHost host, String family, String table) {
        String listing =
                host.query("ip", family, "route", "show", "type", "unreachable", "table", table)
                        .text();
        List<UnreachableRoute> routes = new ArrayList<>();
        for (String line : listing.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 2 || !(line + " ").contains(" metric " + METRIC + " ")) continue;
            String all = family.equals("-4") ? "0.0.0.0/0" : "::/0";
            IpPrefix.parse(words[1].equals("default") ? all : words[1])
                    .ifPresent(prefix -> routes.add(new UnreachableRoute(prefix, table)));
        }
        return routes;
    }

    private static List<Step> batches(Collection<UnreachableRoute> routes, String verb) {
        List<Step> steps = new ArrayList<>();
        for (String family : List.of("-4", "-6")) {
            StringBuilder lines = new StringBuilder();
            for (UnreachableRoute route : new LinkedHashSet<>(routes)) {
                if (!route.family().equals(family)) continue;
                lines.append("route ").append(verb).append(" unreachable ").append(route.prefix);
                lines.append(" metric ").append(METRIC).append(" table ").append(route.table);
                lines.append('\n');
            }
            if (lines.isEmpty()) continue;
            List<String> argv = new ArrayList<>(List.of("ip", family));
            // A route that cannot be deleted must not stop the deletion of the others.
            if (verb.equals("delete")) argv.add("-force");
            argv.addAll(List.of("-batch", "-"));
            steps.add(new Step.Run(argv, lines.toString(), false));
        }
        return steps;
    }

    private static final String METRIC = "4294967295";
}
