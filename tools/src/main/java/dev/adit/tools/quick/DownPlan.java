package dev.adit.tools.quick;

import dev.adit.device.uapi.UapiSocket;
import dev.adit.tools.host.SystemHost;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The steps that remove a tunnel, for `down` and for an `up` that failed. Immutable.
///
/// @param rules the steps that delete its policy rules
/// @param link whether the interface exists
/// @param moved whether it was moved elsewhere, and ends with its daemon
/// @param dns the resolver that has to forget its name servers
/// @param firewall the steps that remove its packet filter
/// @param routes the steps that remove the routes that have outlived the interface
record DownPlan(
        String name,
        List<Step> rules,
        boolean link,
        boolean moved,
        Optional<Dns> dns,
        List<Step> firewall,
        List<Step> routes) {

    /// All steps except the user's hooks. A failed step does not stop the others.
    List<Step> steps() {
        List<Step> steps = new ArrayList<>(rules);
        if (link) {
            dns.ifPresent(service -> steps.addAll(service.unsetBefore()));
            steps.add(Step.run("ip", "link", "delete", "dev", name));
        }
        if (moved) {
            // A daemon without a socket ends, and its interface with it.
            String socket = UapiSocket.DIRECTORY.resolve(name + ".sock").toString();
            steps.add(Step.run("rm", "-f", socket));
        }
        dns.ifPresent(service -> steps.addAll(service.unsetAfter()));
        firewall.forEach(step -> steps.add(Step.mayFail(step)));
        steps.addAll(routes);
        return steps;
    }

    /// The plan for the present state.
    ///
    /// @param moved whether its interface is elsewhere, and ends with its daemon
    /// @param table the mark of its default route, or 0 when it has none
    /// @param dns the resolver that was told its name servers
    /// @param unreachable the routes that stay when the interface is gone
    static DownPlan of(
            SystemHost host,
            String name,
            boolean moved,
            int table,
            Optional<Dns> dns,
            List<UnreachableRoute> unreachable) {
        SystemQueries queries = new SystemQueries(host, name);
        List<Step> rules = new ArrayList<>();
        if (table != 0) {
            for (String family : List.of("-4", "-6")) {
                rules.addAll(DefaultRouteRules.delete(family, table, queries.rules(family)));
            }
        }
        List<Step> firewall = Firewall.remove(host, name);
        List<Step> routes = UnreachableRoute.remove(host, unreachable);
        return new DownPlan(name, rules, queries.linkExists(), moved, dns, firewall, routes);
    }
}
