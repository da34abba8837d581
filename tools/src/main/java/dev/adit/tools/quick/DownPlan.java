package dev.adit.tools.quick;

import dev.adit.tools.host.Host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The steps that take a tunnel away, those of `down` and those of an `up` that failed. Immutable.
///
/// @param rules the deletions of its policy rules
/// @param link whether the interface is there
/// @param dns who has to forget its name servers
/// @param firewall the removal of its packet filter
record DownPlan(
        String name, List<Step> rules, boolean link, Optional<Dns> dns, List<Step> firewall) {

    /// Everything but the user's hooks. What fails stops nothing.
    List<Step> steps() {
        List<Step> steps = new ArrayList<>(rules);
        if (link) {
            dns.ifPresent(service -> steps.addAll(service.unsetBefore()));
            steps.add(Step.run("ip", "link", "delete", "dev", name));
        }
        dns.ifPresent(service -> steps.addAll(service.unsetAfter()));
        firewall.forEach(step -> steps.add(Step.optional(step)));
        return steps;
    }

    /// The plan for what is there now.
    ///
    /// @param table the mark of its default route, or 0 when it has none
    /// @param dns who was told about its name servers
    static DownPlan of(Host host, String name, int table, Optional<Dns> dns) {
        Inquiry inquiry = new Inquiry(host, name);
        List<Step> rules = new ArrayList<>();
        if (table != 0) {
            for (String family : List.of("-4", "-6")) {
                rules.addAll(Rules.delete(family, table, inquiry.rules(family)));
            }
        }
        List<Step> firewall = Firewall.remove(host, name);
        return new DownPlan(name, rules, inquiry.linkExists(), dns, firewall);
    }
}
