package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The policy rules that send an interface's packets to other routing tables. Confined to one
/// thread.
///
/// Rules for outer packets may serve several interfaces. Their creator is recorded as the owner;
/// when it releases them while others still use them, one of those becomes the owner.
final class PolicyRules {
    private final CommandContext context;
    private final String name;

    PolicyRules(CommandContext context, String name) {
        this.context = context;
        this.name = name;
    }

    /// Routes packets with the mark `table` by that table only, and no longer by the previous one.
    void outer(int table) throws CommandFailure, IOException {
        InterfaceRecord record = InterfaceRecord.read(context, name);
        if (record.outer() == table) return;
        releaseOuter();
        if (table == 0) return;
        boolean make = !hasRule("-4", table, LOOKUP);
        InterfaceRecord.read(context, name).withOuter(table, make).write(context, name);
        if (!make) return;
        for (String family : families()) {
            // Rules that are added later are asked first.
            SystemInterface.run(context.host(), rule(family, "add", table, UNREACHABLE));
            SystemInterface.run(context.host(), rule(family, "add", table, LOOKUP));
        }
    }

    /// Removes the rules for outer packets, if they are ours and no other interface uses them.
    void releaseOuter() throws CommandFailure, IOException {
        InterfaceRecord record = InterfaceRecord.read(context, name);
        if (record.madeOuter() && !inherit(record.outer())) {
            for (String family : families()) {
                remove(family, record.outer(), LOOKUP);
                remove(family, record.outer(), UNREACHABLE);
            }
        }
        record.withOuter(0, false).write(context, name);
    }

    private void remove(String family, int table, String target) throws CommandFailure {
        if (hasRule(family, table, target)) {
            SystemInterface.run(context.host(), rule(family, "delete", table, target));
        }
    }

    private boolean inherit(int table) throws IOException {
        for (String other : InterfaceRecord.others(context, name)) {
            InterfaceRecord theirs = InterfaceRecord.read(context, other);
            if (theirs.outer() != table) continue;
            theirs.withOuter(table, true).write(context, other);
            return true;
        }
        return false;
    }

    /// Routes packets that come out of the tunnel by this table only, and no longer by the previous
    /// one.
    ///
    /// @param link the interface at its present place
    void inner(SystemInterface link, int table) throws CommandFailure, IOException {
        InterfaceRecord record = InterfaceRecord.read(context, name);
        if (record.inner() == table) return;
        releaseInner(link);
        if (table == 0) return;
        InterfaceRecord.read(context, name).withInner(table).write(context, name);
        for (String family : families()) {
            link.run(innerRule(family, "add", UNREACHABLE));
            link.run(innerRule(family, "add", LOOKUP, "" + table));
        }
    }

    /// Removes the rules for inner packets.
    ///
    /// @param link the interface at its present place, or null when it is gone
    void releaseInner(@Nullable SystemInterface link) throws CommandFailure, IOException {
        InterfaceRecord record = InterfaceRecord.read(context, name);
        if (record.inner() == 0) return;
        for (String family : families()) {
            removeInner(link, innerRule(family, "delete", LOOKUP, "" + record.inner()));
            removeInner(link, innerRule(family, "delete", UNREACHABLE));
        }
        record.withInner(0).write(context, name);
    }

    /// Ignores a rule that no longer exists: for example, it vanishes with its namespace.
    private void removeInner(@Nullable SystemInterface link, List<String> rule) {
        if (link != null) {
            link.query(rule.toArray(String[]::new));
        } else {
            List<String> argv = new ArrayList<>(List.of("ip"));
            argv.addAll(rule);
            context.host().query(argv.toArray(String[]::new));
        }
    }

    private List<String> innerRule(String family, String verb, String... target) {
        List<String> rule = new ArrayList<>(List.of(family, "rule", verb, "iif", name));
        rule.addAll(List.of(target));
        return rule;
    }

    private static List<String> rule(String family, String verb, int table, String target) {
        List<String> rule = List.of("ip", family, "rule", verb, "fwmark", "" + table, target);
        if (target.equals(UNREACHABLE)) return rule;
        List<String> lookup = new ArrayList<>(rule);
        lookup.add("" + table);
        return lookup;
    }

    /// True when there is such a rule for packets with that mark.
    private boolean hasRule(String family, int table, String target) {
        String name = target.equals(UNREACHABLE) ? "" : " " + tableName(table);
        String rule = "from all fwmark 0x" + Integer.toHexString(table) + " " + target + name;
        return Pattern.compile("(?m)^\\d+:\\s+" + Pattern.quote(rule) + "\\s*$")
                .matcher(context.host().query("ip", family, "rule", "show").text())
                .find();
    }

    private static String tableName(int table) {
        return switch (table) {
            case 253 -> "default";
            case 254 -> "main";
            case 255 -> "local";
            default -> String.valueOf(table);
        };
    }

    /// The address families that the system supports.
    private List<String> families() {
        return context.host().text(IPV6).isPresent() ? List.of("-4", "-6") : List.of("-4");
    }

    private static final String LOOKUP = "lookup";

    /// For destinations without a route in the table, which must not be looked up in the main
    /// table.
    private static final String UNREACHABLE = "unreachable";

    private static final Path IPV6 = Path.of("/proc/net/if_inet6");
}
