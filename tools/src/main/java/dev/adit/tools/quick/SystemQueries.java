package dev.adit.tools.quick;

import dev.adit.ip.address.IpPrefix;
import dev.adit.tools.host.SystemHost;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Queries the state of the system that plans depend on, without changing it. Confined to one
/// thread.
final class SystemQueries {
    private final SystemHost host;
    private final String name;

    /// @param name the interface that the queries are about
    SystemQueries(SystemHost host, String name) {
        this.host = host;
        this.name = name;
    }

    /// True when the interface exists in this network namespace.
    boolean linkExists() {
        return !host.query("ip", "link", "show", "dev", name).text().isBlank();
    }

    /// True when the interface is here and not up.
    boolean isDown() {
        String shown = host.query("ip", "link", "show", "dev", name).text();
        return shown.contains("<") && !UP.matcher(shown).find();
    }

    /// True when the interface is one of the kernel's WireGuard.
    boolean isInKernel() {
        return KERNEL.matcher(host.query("ip", "-d", "link", "show", "dev", name).text()).find();
    }

    /// The addresses of the interface, with their prefix lengths; IPv4 first.
    List<String> addresses() {
        return addresses(true);
    }

    /// The addresses without those that the kernel assigned by itself.
    List<String> givenAddresses() {
        return addresses(false);
    }

    private List<String> addresses(boolean invented) {
        List<String> addresses = new ArrayList<>();
        String listing = host.query("ip", "-o", "addr", "show", "dev", name).text();
        for (String line : listing.lines().toList()) {
            Matcher matcher = ADDRESS.matcher(line);
            if (matcher.find() && (invented || !INVENTED.matcher(line).find())) {
                addresses.add(matcher.group(1));
            }
        }
        return addresses;
    }

    /// The addresses with a peer address, as `ADDRESS peer ADDRESS/LENGTH`.
    List<String> pointToPointAddresses() {
        String listing = host.query("ip", "-o", "addr", "show", "dev", name).text();
        return POINT_TO_POINT
                .matcher(listing)
                .results()
                .map(found -> found.group(1) + " peer " + found.group(2))
                .toList();
    }

    /// The prefixes that the main tables already route to the interface.
    List<IpPrefix> connected() {
        List<IpPrefix> prefixes = new ArrayList<>();
        for (String family : List.of("-4", "-6")) {
            String listing = host.query("ip", family, "route", "show", "dev", name).text();
            for (String line : listing.lines().toList()) {
                String first = line.split(" ", 2)[0];
                String all = family.equals("-4") ? "0.0.0.0/0" : "::/0";
                IpPrefix.parse(first.equals("default") ? all : first).ifPresent(prefixes::add);
            }
        }
        return prefixes;
    }

    /// The first unused routing table from 51820 on: without routes, and not in any rule, which may
    /// be that of an interface about to get its routes.
    int freeTable() {
        String rules = rules("-4") + rules("-6");
        int table = FIRST_TABLE;
        while (rules.matches("(?s).*lookup " + table + "\\s.*")
                || hasRoutes("-4", table)
                || hasRoutes("-6", table)) {
            table++;
        }
        return table;
    }

    private boolean hasRoutes(String family, int table) {
        String number = String.valueOf(table);
        return !host.query("ip", family, "route", "show", "table", number).text().isBlank();
    }

    /// The policy rules of a family, `-4` or `-6`, as ip-rule(8) lists them.
    String rules(String family) {
        return host.query("ip", family, "rule", "show").text();
    }

    /// True when the reverse path filter takes the mark of answers into account.
    boolean marksAreValid() {
        return host.text(SRC_VALID_MARK).map(String::strip).orElse("").equals("1");
    }

    /// The MTU of the interface, or empty when there is none.
    String mtu() {
        Matcher matcher = Mtu.MTU.matcher(host.query("ip", "link", "show", "dev", name).text());
        return matcher.find() ? matcher.group(1) : "";
    }

    private static final int FIRST_TABLE = 51820;
    private static final Path SRC_VALID_MARK =
            Path.of("/proc/sys/net/ipv4/conf/all/src_valid_mark");
    private static final Pattern UP = Pattern.compile("[<,]UP[,>]");
    private static final Pattern KERNEL = Pattern.compile("(?m)^\\s+wireguard\\b");
    private static final Pattern ADDRESS = Pattern.compile("inet6? ([0-9a-f:.]+/[0-9]+)");
    private static final Pattern POINT_TO_POINT =
            Pattern.compile("inet6? ([0-9a-f:.]+) peer ([0-9a-f:.]+/[0-9]+)");
    private static final Pattern INVENTED = Pattern.compile("stable-privacy|proto kernel_ll");
}
