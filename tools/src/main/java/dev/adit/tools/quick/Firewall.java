package dev.adit.tools.quick;

import dev.adit.tools.host.SystemHost;

import java.util.ArrayList;
import java.util.List;

/// The packet filter for a default route: refuses packets from elsewhere to the interface's own
/// addresses, and keeps the mark of answers to its own packets. Stateless.
final class Firewall {
    /// The program that sets the filter.
    enum Tool {
        NFT,
        IPTABLES,
        NONE;

        static Tool find(SystemHost host) {
            if (host.find("nft").isPresent()) return NFT;
            return host.find("iptables-restore").isPresent() ? IPTABLES : NONE;
        }
    }

    /// @param v6 whether the family is IPv6
    /// @param mark the mark of the interface's own packets
    /// @param addresses those of the interface, of both families, with their prefix lengths
    static Step add(Tool tool, boolean v6, String name, int mark, List<String> addresses) {
        List<String> own =
                addresses.stream()
                        .map(address -> address.replaceFirst("/.*", ""))
                        .filter(address -> address.contains(":") == v6)
                        .toList();
        String number = Integer.toUnsignedString(mark);
        if (tool == Tool.NFT) {
            return Step.feed(nftables(v6 ? "ip6" : "ip", name, number, own), "nft", "-f", STDIN);
        }
        return Step.feed(
                iptables(name, number, own), v6 ? "ip6tables-restore" : "iptables-restore", "-n");
    }

    private static String nftables(String family, String name, String mark, List<String> own) {
        String table = family + " wg-quick-" + name;
        StringBuilder text = new StringBuilder("add table " + table + "\n");
        chain(text, table, "preraw", "prerouting", -300);
        chain(text, table, "premangle", "prerouting", -150);
        chain(text, table, "postmangle", "postrouting", -150);
        for (String address : own) {
            text.append("add rule ").append(table).append(" preraw iifname != \"").append(name);
            text.append("\" ").append(family).append(" daddr ").append(address);
            text.append(" fib saddr type != local drop\n");
        }
        text.append("add rule ").append(table).append(" postmangle meta l4proto udp mark ");
        text.append(mark).append(" ct mark set mark\n");
        text.append("add rule ").append(table);
        text.append(" premangle meta l4proto udp meta mark set ct mark\n");
        return text.toString();
    }

    private static void chain(
            StringBuilder text, String table, String chain, String hook, int priority) {
        text.append("add chain ").append(table).append(' ').append(chain);
        text.append(" { type filter hook ").append(hook);
        text.append(" priority ").append(priority).append("; }\n");
    }

    private static String iptables(String name, String mark, List<String> own) {
        StringBuilder text = new StringBuilder("*raw\n");
        for (String address : own) {
            text.append("-I PREROUTING ! -i ").append(name).append(" -d ").append(address);
            text.append(" -m addrtype ! --src-type LOCAL -j DROP ").append(comment(name));
        }
        text.append("COMMIT\n*mangle\n-I POSTROUTING -m mark --mark ").append(mark);
        text.append(" -p udp -j CONNMARK --save-mark ").append(comment(name));
        text.append("-I PREROUTING -p udp -j CONNMARK --restore-mark ").append(comment(name));
        return text.append("COMMIT\n").toString();
    }

    private static String comment(String name) {
        return "-m comment --comment \"wg-quick(8) rule for " + name + "\"\n";
    }

    /// The steps that remove all rules for that interface, whichever program set them.
    static List<Step> remove(SystemHost host, String name) {
        List<Step> steps = new ArrayList<>();
        if (host.find("nft").isPresent()) {
            String tables = nftTables(host, name);
            if (!tables.isEmpty()) steps.add(Step.feed(tables, "nft", "-f", STDIN));
        }
        for (String iptables : List.of("iptables", "ip6tables")) {
            if (host.find(iptables).isEmpty()) continue;
            String rules = iptablesRules(host.query(iptables + "-save").text(), name);
            if (!rules.isEmpty()) steps.add(Step.feed(rules, iptables + "-restore", "-n"));
        }
        return steps;
    }

    private static String nftTables(SystemHost host, String name) {
        StringBuilder text = new StringBuilder();
        host.query("nft", "list", "tables")
                .text()
                .lines()
                .filter(line -> line.endsWith(" wg-quick-" + name))
                .forEach(line -> text.append("delete ").append(line).append('\n'));
        return text.toString();
    }

    /// The deletions of our rules in a whole listing; empty when there are none.
    private static String iptablesRules(String listing, String name) {
        StringBuilder text = new StringBuilder();
        boolean found = false;
        for (String line : listing.lines().toList()) {
            boolean ours = line.startsWith("-A") && (line + "\n").contains(comment(name).strip());
            if (ours) text.append("-D").append(line.substring(2)).append('\n');
            else if (line.startsWith("*") || line.equals("COMMIT")) text.append(line).append('\n');
            found |= ours;
        }
        return found ? text.toString() : "";
    }

    private static final String STDIN = "/dev/stdin";

    private Firewall() {}
}
