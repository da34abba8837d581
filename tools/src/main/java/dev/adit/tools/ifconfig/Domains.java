package dev.adit.tools.ifconfig;

import dev.adit.tools.host.Host;
import dev.adit.tools.terminal.Failure;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Routing domains, which here are network namespaces named after their number. Confined to one
/// thread.
///
/// One that is missing is made, and removed again with the last interface in it, if nothing else
/// has moved in.
final class Domains {
    private final Around around;
    private final String name;
    private final Consumer<String> notes;

    /// @param notes told of what is made that nobody asked for in so many words
    Domains(Around around, String name, Consumer<String> notes) {
        this.around = around;
        this.name = name;
        this.notes = notes;
    }

    /// Moves the interface to the domain of that number, 0 being the namespace we are in.
    Link move(Link link, int number) throws Failure, IOException {
        Memory memory = Memory.read(around, name);
        String target = number == 0 ? null : String.valueOf(number);
        boolean there = link.namespace() == null ? number == 0 : link.namespace().equals(target);
        if (there) return link;
        boolean make = target != null && !Link.namespaces(around.host()).contains(target);
        if (make) make(target);
        Link moved;
        try {
            moved = link.move(target);
        } catch (Failure e) {
            if (make) Link.run(around.host(), List.of("ip", "netns", "delete", target));
            throw e;
        }
        memory.withDomain(number, make || shared(number)).write(around, name);
        release(memory);
        return moved;
    }

    private void make(String target) throws Failure {
        Host host = around.host();
        Link.run(host, List.of("ip", "netns", "add", target));
        Link.run(host, List.of("ip", "-n", target, "link", "set", "up", "dev", "lo"));
        notes.accept("rdomain " + target + ": made a network namespace of that name");
    }

    /// Whether it was made for one of our interfaces, so that the last to leave removes it.
    private boolean shared(int number) throws IOException {
        if (number == 0) return false;
        for (String other : Memory.others(around, name)) {
            Memory theirs = Memory.read(around, other);
            if (theirs.domain() == number && theirs.madeDomain()) return true;
        }
        return false;
    }

    /// Removes the domain that `old` tells of, if it was made for us and is of no more use.
    void release(Memory old) throws Failure, IOException {
        if (!old.madeDomain() || shared(old.domain())) return;
        String number = String.valueOf(old.domain());
        Host host = around.host();
        if (!Link.namespaces(host).contains(number)) return;
        boolean used =
                !host.query("ip", "netns", "pids", number).text().isBlank()
                        || host.query("ip", "-n", number, "-o", "link", "show")
                                .text()
                                .lines()
                                .anyMatch(Domains::isForeign);
        if (!used) Link.run(host, List.of("ip", "netns", "delete", number));
    }

    /// Whether the link in that line is one that the kernel does not make by itself.
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
