package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.Failure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The policy rules by which packets look into another routing table. Confined to one thread.
///
/// A rule for outer packets may serve several interfaces. Who made it is remembered, and when that
/// interface lets go of it while others still use it, one of them becomes its owner.
final class Tables {
    private final Around around;
    private final String name;

    Tables(Around around, String name) {
        this.around = around;
        this.name = name;
    }

    /// Lets packets with the mark `table` look into that table, and no more into the one before.
    void outer(int table) throws Failure, IOException {
        Memory memory = Memory.read(around, name);
        if (memory.outer() == table) return;
        releaseOuter();
        if (table == 0) return;
        boolean make = !hasRule("-4", table);
        Memory.read(around, name).withOuter(table, make).write(around, name);
        if (!make) return;
        for (String family : families()) {
            Link.run(around.host(), rule(family, "add", table));
        }
    }

    /// Removes the rule for outer packets, if it is ours and nobody else's.
    void releaseOuter() throws Failure, IOException {
        Memory memory = Memory.read(around, name);
        if (memory.madeOuter() && !inherit(memory.outer())) {
            for (String family : families()) {
                if (!hasRule(family, memory.outer())) continue;
                Link.run(around.host(), rule(family, "delete", memory.outer()));
            }
        }
        memory.withOuter(0, false).write(around, name);
    }

    private boolean inherit(int table) throws IOException {
        for (String other : Memory.others(around, name)) {
            Memory theirs = Memory.read(around, other);
            if (theirs.outer() != table) continue;
            theirs.withOuter(table, true).write(around, other);
            return true;
        }
        return false;
    }

    /// Lets what comes out of the tunnel look into a table, and no more into the one before.
    ///
    /// @param link where the interface is now
    void inner(Link link, int table) throws Failure, IOException {
        Memory memory = Memory.read(around, name);
        if (memory.inner() == table) return;
        releaseInner(link);
        if (table == 0) return;
        Memory.read(around, name).withInner(table).write(around, name);
        for (String family : families()) link.run(innerRule(family, "add", table));
    }

    /// Removes the rule for inner packets.
    ///
    /// @param link where the interface is now, or null when it is gone
    void releaseInner(Link link) throws Failure, IOException {
        Memory memory = Memory.read(around, name);
        if (memory.inner() == 0) return;
        for (String family : families()) {
            List<String> rule = innerRule(family, "delete", memory.inner());
            if (link != null) {
                link.run(rule);
            } else {
                List<String> argv = new ArrayList<>(List.of("ip"));
                argv.addAll(rule);
                // With a namespace of its own gone, so is the rule.
                around.host().query(argv.toArray(String[]::new));
            }
        }
        memory.withInner(0).write(around, name);
    }

    private List<String> innerRule(String family, String verb, int table) {
        return List.of(family, "rule", verb, "iif", name, "lookup", "" + table);
    }

    private static List<String> rule(String family, String verb, int table) {
        return List.of("ip", family, "rule", verb, "fwmark", "" + table, "lookup", "" + table);
    }

    /// Whether packets with that mark already look into that table.
    private boolean hasRule(String family, int table) {
        Matcher rule =
                Pattern.compile("(?m)^\\d+:\\s+from all fwmark 0x" + hex(table) + " lookup (\\S+)")
                        .matcher(around.host().query("ip", family, "rule", "show").text());
        while (rule.find()) {
            if (rule.group(1).equals(tableName(table))) return true;
        }
        return false;
    }

    private static String hex(int table) {
        return Integer.toHexString(table);
    }

    private static String tableName(int table) {
        return switch (table) {
            case 253 -> "default";
            case 254 -> "main";
            case 255 -> "local";
            default -> String.valueOf(table);
        };
    }

    /// The families that the system has.
    private List<String> families() {
        return around.host().text(IPV6).isPresent() ? List.of("-4", "-6") : List.of("-4");
    }

    private static final Path IPV6 = Path.of("/proc/net/if_inet6");
}
