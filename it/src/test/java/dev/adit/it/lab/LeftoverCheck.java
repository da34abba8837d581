package dev.adit.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// What a daemon leaves in its namespace when it has ended, which should be nothing: no interface,
/// address, route, rule, packet filter, or configuration socket. Stateless.
final class LeftoverCheck {
    /// Waits until there is nothing of `device`, as it takes a moment.
    static void awaitNone(Netns netns, String device, Path socket) {
        awaitNone(device, () -> of(netns.command("sh", "-c", QUERIES + "ls " + socket), device));
    }

    /// The same on a machine with a `/run` of its own.
    static void awaitNone(Machine machine, String device) {
        awaitNone(device, () -> of(machine.command("sh", "-c", QUERIES + FILES), device));
    }

    private static void awaitNone(String device, Supplier<List<String>> traces) {
        Await.until(
                () -> "nothing of " + device + " is left, and not: " + traces.get(),
                Duration.ofSeconds(5),
                () -> traces.get().isEmpty());
    }

    /// The lines of the answer that name the device. A namespace that is gone has none.
    private static List<String> of(Command query, String device) {
        Pattern word = Pattern.compile("(?<![\\w.-])" + Pattern.quote(device) + "(?![\\w-])");
        return query.run().lines().stream().filter(word.asPredicate()).toList();
    }

    private static final String QUERIES =
            "ip -o link; ip -o address; for f in -4 -6; do ip $f route show table all; ip $f rule;"
                    + " done; nft list ruleset 2>/dev/null; ";

    /// Sockets, journals and daemons.
    private static final String FILES =
            "ls /run/wireguard /run/adit; for p in $(ip netns pids $(ip netns identify)); do"
                    + " tr '\\0' ' ' </proc/$p/cmdline | grep -e aditd -e Daemon -e wireguard-go;"
                    + " done";

    private LeftoverCheck() {}
}
