package dev.adit.tools.quick;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The two policy rules of a default route: packets without the interface's mark use the
/// interface's table, but before that the main table for anything but a default route. Stateless.
final class DefaultRouteRules {
    /// @param family `-4` or `-6`
    /// @param table the routing table, and the mark that avoids it
    static List<Step> add(String family, int table) {
        String number = Integer.toUnsignedString(table);
        return List.of(
                Step.run("ip", family, "rule", "add", "not", "fwmark", number, "table", number),
                Step.run(
                        "ip",
                        family,
                        "rule",
                        "add",
                        "table",
                        "main",
                        "suppress_prefixlength",
                        "0"));
    }

    /// Deletes such pairs for `table`, and no others.
    ///
    /// All second rules look alike. But each is added right after its first, so it precedes it in
    /// the listing, with no other tunnel's rules in between.
    ///
    /// @param listing the output of `ip rule show`
    static List<Step> delete(String family, int table, String listing) {
        List<Step> steps = new ArrayList<>();
        String suppressing = null;
        for (String line : listing.lines().toList()) {
            Matcher suppress = SUPPRESS.matcher(line);
            Matcher marked = MARKED.matcher(line);
            if (suppress.matches()) {
                suppressing = suppress.group(1);
            } else if (marked.matches() && isTunnel(marked)) {
                if (marked.group(3).equals(Integer.toUnsignedString(table))) {
                    // The marked rule last: the other one is identified by it, should we be killed
                    // here.
                    if (suppressing != null) steps.add(deleteSuppress(family, suppressing));
                    steps.add(delete(family, marked.group(1), "table", marked.group(3)));
                }
                suppressing = null;
            }
        }
        return steps;
    }

    private static boolean isTunnel(Matcher marked) {
        return marked.group(3).equals(String.valueOf(Long.parseLong(marked.group(2), 16)));
    }

    private static Step deleteSuppress(String family, String preference) {
        return delete(family, preference, "table", "main", "suppress_prefixlength", "0");
    }

    private static Step delete(String family, String preference, String... selector) {
        List<String> argv =
                new ArrayList<>(List.of("ip", family, "rule", "delete", "pref", preference));
        argv.addAll(List.of(selector));
        return new Step.Run(argv, null, false);
    }

    private static final Pattern SUPPRESS =
            Pattern.compile("([0-9]+):\\s+from all lookup main suppress_prefixlength 0.*");
    private static final Pattern MARKED =
            Pattern.compile("([0-9]+):\\s+not from all fwmark 0x([0-9a-f]{1,8}) lookup ([^ ]+).*");

    private DefaultRouteRules() {}
}
