package dev.adit.tools.quick;

import dev.adit.device.config.file.WgQuickFile;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The steps of `up`, in parts, because later parts depend on facts that are known only when the
/// earlier ones are done. Immutable.
///
/// @param conf the configuration to bring up
/// @param name the interface
/// @param file the configuration file, as it is shown
record UpPlan(WgQuickFile conf, String name, String file) {
    /// The facts that the routes depend on.
    ///
    /// @param connected the prefixes that the interface's addresses already route to it
    /// @param table the table for default routes: the interface's mark, else one that is free
    /// @param addresses those of the interface, with their prefix lengths
    /// @param marksAreValid whether the reverse path filter already takes marks into account
    record Facts(
            List<IpPrefix> connected,
            int table,
            List<String> addresses,
            Firewall.Tool firewall,
            boolean marksAreValid) {}

    /// The first part: creates the interface.
    List<Step> create(String implementation) {
        return List.of(Step.run(implementation, name));
    }

    /// The second part: the hooks that come first and may set keys, and the configuration.
    List<Step> configure() {
        List<Step> steps = new ArrayList<>(hooks(conf.preUp()));
        steps.add(new Step.AddConf(name, file));
        for (String address : conf.addresses()) {
            steps.add(Step.run("ip", family(address), "address", "add", address, "dev", name));
        }
        return steps;
    }

    /// The third part: sets the interface up.
    ///
    /// @param mtu the right MTU for the endpoints; the configuration has precedence
    List<Step> link(int mtu, Optional<Dns> dns) {
        String wanted = conf.mtu().isEmpty() ? String.valueOf(mtu) : conf.mtu();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.run("ip", "link", "set", "mtu", wanted, "up", "dev", name));
        dns.ifPresent(service -> steps.addAll(service.set(conf)));
        return steps;
    }

    /// The routes that stop packets meant for the tunnel from leaving elsewhere should the
    /// interface vanish: one for each prefix that is routed to it, by a route of ours or of its
    /// address.
    List<UnreachableRoute> unreachable(TunnelState state, Facts facts) {
        if (conf.table().equals("off")) return List.of();
        List<UnreachableRoute> routes = new ArrayList<>();
        for (IpPrefix prefix : state.routes()) {
            if (!conf.automaticTable()) {
                routes.add(new UnreachableRoute(prefix, conf.table()));
            } else if (prefix.length() == 0) {
                String table = Integer.toUnsignedString(facts.table());
                routes.add(new UnreachableRoute(prefix, table));
            } else if (facts.connected().stream().noneMatch(covering -> covers(covering, prefix))) {
                routes.add(new UnreachableRoute(prefix, MAIN));
            }
        }
        for (IpPrefix prefix : facts.connected()) {
            // A single address belongs to its own host; link-local ones are on every link.
            boolean alone = prefix.length() == prefix.address().bits();
            if (!alone && !covers(LINK_LOCAL, prefix)) {
                routes.add(new UnreachableRoute(prefix, MAIN));
            }
        }
        return routes;
    }

    /// The fourth part: routes packets to the interface, after the routes for its absence.
    List<Step> routes(TunnelState state, Facts facts) {
        if (conf.table().equals("off")) return List.of();
        List<Step> steps = new ArrayList<>(UnreachableRoute.add(unreachable(state, facts)));
        boolean marked = state.mark() != 0;
        for (IpPrefix prefix : state.routes()) {
            if (!conf.automaticTable()) {
                steps.add(route(prefix, "table", conf.table()));
            } else if (prefix.length() == 0) {
                if (!marked) steps.add(new Step.SetMark(name, facts.table()));
                marked = true;
                steps.addAll(defaultRoute(prefix, facts));
            } else if (facts.connected().stream().noneMatch(covering -> covers(covering, prefix))) {
                steps.add(route(prefix));
            }
        }
        return steps;
    }

    /// The last part: the hooks that come last.
    List<Step> finish() {
        return hooks(conf.postUp());
    }

    private List<Step> defaultRoute(IpPrefix prefix, Facts facts) {
        boolean v6 = prefix.address().v6();
        List<Step> steps = new ArrayList<>(DefaultRouteRules.add(family(prefix), facts.table()));
        steps.add(route(prefix, "table", Integer.toUnsignedString(facts.table())));
        if (!v6 && !facts.marksAreValid()) {
            steps.add(Step.run("sysctl", "-q", "net.ipv4.conf.all.src_valid_mark=1"));
        }
        steps.add(Firewall.add(facts.firewall(), v6, name, facts.table(), facts.addresses()));
        return steps;
    }

    private Step route(IpPrefix prefix, String... more) {
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of("ip", family(prefix), "route", "add"));
        argv.addAll(List.of(prefix.toString(), "dev", name));
        argv.addAll(List.of(more));
        return new Step.Run(argv, null, false);
    }

    private static boolean covers(IpPrefix covering, IpPrefix prefix) {
        IpAddress address = prefix.address();
        return covering.address().v6() == address.v6()
                && covering.length() <= prefix.length()
                && covering.contains(address.high(), address.low());
    }

    private static String family(IpPrefix prefix) {
        return prefix.address().v6() ? "-6" : "-4";
    }

    private static String family(String address) {
        return address.contains(":") ? "-6" : "-4";
    }

    private List<Step> hooks(List<String> lines) {
        return Hooks.steps(lines, name, false);
    }

    private static final String MAIN = "main";
    private static final IpPrefix LINK_LOCAL = IpPrefix.parse("fe80::/10").orElseThrow();
}
