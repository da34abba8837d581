package dev.adit.tools.ifconfig;

import dev.adit.tools.host.SystemHost;
import dev.adit.tools.terminal.CommandFailure;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Routing domains, implemented as network namespaces named after their number. Confined to one
/// thread.
///
/// A missing one is created, and removed again with the last interface in it, unless something else
/// has moved in.
final class RoutingDomains {
    private final CommandContext context;
    private final String name;
    private final Consumer<String> notes;

    /// @param notes told of things that are created without being named in the command
    RoutingDomains(CommandContext context, String name, Consumer<String> notes) {
        this.context = context;
        this.name = name;
        this.notes = notes;
    }

    /// Moves the interface to the domain of that number; 0 is the namespace we are in.
    SystemInterface move(SystemInterface link, int number) throws CommandFailure, IOException {
        InterfaceRecord record = InterfaceRecord.read(context, name);
        String target = number == 0 ? null : String.valueOf(number);
        boolean there = link.namespace() == null ? number == 0 : link.namespace().equals(target);
        if (there) return link;
        boolean make =
                target != null && !SystemInterface.namespaces(context.host()).contains(target);
        if (make) make(String.valueOf(number));
        SystemInterface moved;
        try {
            moved = link.move(target);
        } catch (CommandFailure e) {
            if (make) SystemInterface.run(context.host(), List.of("ip", "netns", "delete", target));
            throw e;
        }
        record.withDomain(number, make || shared(number)).write(context, name);
        release(record);
        return moved;
    }

    private void make(String target) throws CommandFailure {
        SystemHost host = context.host();
        SystemInterface.run(host, List.of("ip", "netns", "add", target));
        SystemInterface.run(host, List.of("ip", "-n", target, "link", "set", "up", "dev", "lo"));
        notes.accept("rdomain " + target + ": made a network namespace of that name");
    }

    /// True when it was created for one of our interfaces, so that the last to leave removes it.
    private boolean shared(int number) throws IOException {
        if (number == 0) return false;
        for (String other : InterfaceRecord.others(context, name)) {
            InterfaceRecord theirs = InterfaceRecord.read(context, other);
            if (theirs.domain() == number && theirs.madeDomain()) return true;
        }
        return false;
    }

    /// Removes the domain in the record `old`, if it was created for us and is not used any more.
    void release(InterfaceRecord old) throws CommandFailure, IOException {
        if (!old.madeDomain() || shared(old.domain())) return;
        String number = String.valueOf(old.domain());
        SystemHost host = context.host();
        if (!SystemInterface.namespaces(host).contains(number)) return;
        boolean used =
                !host.query("ip", "netns", "pids", number).text().isBlank()
                        || host.query("ip", "-n", number, "-o", "link", "show")
                                .text()
                                .lines()
                                .anyMatch(RoutingDomains::isForeign);
        if (!used) SystemInterface.run(host, List.of("ip", "netns", "delete", number));
    }

    /// True when the link in that line is not one that the kernel creates by itself.
    private static boolean isForeign(String line) {
        String[] parts = line.split(":\\s*", 3);
        return parts.length > 1 && !OWN.contains(parts[1].split("@", 2)[0]);
    }

    private static final Set<String> OWN =
            Set.of(
                    "lo",
                    "tunl0",
                    "gre0",
                    "gretap0",
                    "erspan0",
                    "ip_vti0",
                    "ip6_vti0",
                    "sit0",
                    "ip6tnl0",
                    "ip6gre0");
}
