package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.SystemHost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/// A system with interfaces, namespaces and rules, as far as `ip` is asked about them here.
/// Confined to one thread.
final class FakeHost implements SystemHost, Daemons {
    /// What was run, and what was set, in order.
    final List<String> done = new ArrayList<>();

    /// The namespaces that have a name.
    final TreeSet<String> namespaces = new TreeSet<>();

    /// Where each interface is; empty for here.
    final Map<String, String> links = new TreeMap<>();

    /// The interfaces that no daemon serves.
    final TreeSet<String> foreign = new TreeSet<>();

    /// The rules, each with its family.
    final List<String> rules = new ArrayList<>();

    /// What `ip address show` says of a family.
    final Map<String, String> addresses = new LinkedHashMap<>();

    /// What `ip route show table all` says of a family; an interface that goes down loses them.
    final Map<String, String> routes = new LinkedHashMap<>();

    /// What other queries about routes say, by the words behind `ip`.
    final Map<String, String> lookups = new LinkedHashMap<>();

    /// What else `ip link show` says of an interface.
    String flags = "POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP";

    /// What runs inside any namespace.
    String pids = "";

    /// What commands fail.
    String broken = "none";

    DeviceConfiguration status = new DeviceConfiguration(null, 0, 0, List.of());
    DeviceInfo notes = DeviceInfo.NONE;

    /// The error number with which devices refuse questions, or 0.
    int closed;

    /// The error number with which devices refuse changes, or 0.
    int refusal;

    @Override
    public Answer query(String... argv) {
        String command = String.join(" ", argv);
        String namespace = namespace(command);
        String words = withoutNamespace(command);
        if (words.equals("ip netns list")) return answer(String.join(" (id: 0)\n", namespaces));
        if (words.startsWith("ip netns pids")) return answer(pids);
        if (words.matches("ip -[46] rule show")) return answer(listing(words.substring(3, 5)));
        if (words.startsWith("ip -o link show dev ")) {
            String name = words.substring(20);
            return answer(namespace.equals(links.get(name)) ? link(name) : "");
        }
        if (words.matches("ip -[46] rule delete .*")) rules.remove(rule(words.split(" ")));
        if (words.matches("ip -o -[46] route show table all dev .*")) {
            return answer(routes.getOrDefault(words.substring(6, 8), ""));
        }
        if (lookups.containsKey(command)) return answer(lookups.get(command));
        if (words.equals("ip -o link show")) {
            StringBuilder all = new StringBuilder("1: lo: <LOOPBACK>\n");
            links.forEach((name, in) -> all.append(in.equals(namespace) ? link(name) + "\n" : ""));
            return answer(all.toString());
        }
        if (words.matches("ip -o -[46] address show dev .*")) {
            return answer(addresses.getOrDefault(words.substring(6, 8), ""));
        }
        return answer("");
    }

    private String link(String name) {
        return "5: "
                + name
                + ": <"
                + flags
                + "> mtu 1420 qdisc pfifo_fast state UNKNOWN mode"
                + " DEFAULT group default qlen 500\\    link/none \\    alias up link";
    }

    private String listing(String family) {
        StringBuilder text = new StringBuilder("0:\tfrom all lookup local\n");
        for (String rule : rules) {
            if (rule.startsWith(family))
                text.append("32765:\t").append(rule.substring(3)).append('\n');
        }
        return text.append("32766:\tfrom all lookup main\n").toString();
    }

    private static Answer answer(String text) {
        return new Answer(!text.isEmpty(), text);
    }

    private static String namespace(String command) {
        return command.startsWith("ip -n ") ? command.split(" ")[2] : "";
    }

    private static String withoutNamespace(String command) {
        return command.replaceFirst("^ip -n \\S+ ", "ip ");
    }

    @Override
    public int run(List<String> argv, String input) throws IOException {
        String command = String.join(" ", argv);
        done.add(command);
        if (command.contains(broken)) return 2;
        String[] words = withoutNamespace(command).split(" ");
        if (words[0].equals("aditd")) links.put(words[1], "");
        if (command.startsWith("ip netns add")) namespaces.add(words[3]);
        if (command.startsWith("ip netns delete")) namespaces.remove(words[3]);
        if (words.length < 5) return 0;
        if (words[1].equals("link") && words[2].equals("delete")) links.remove(words[4]);
        if (words.length > 6 && words[5].equals("netns")) {
            links.put(words[4], namespaces.contains(words[6]) ? words[6] : "");
        }
        if (words[2].equals("rule")) change(words);
        if (words.length == 6 && words[5].equals("down")) routes.clear();
        if (words.length > 6 && words[5].equals("name")) {
            links.put(words[6], links.remove(words[4]));
        }
        return 0;
    }

    private void change(String[] words) {
        String rule = rule(words);
        if (words[3].equals("add")) rules.add(rule);
        else if (!rules.remove(rule)) throw new AssertionError("no such rule: " + rule);
    }

    /// `ip -4 rule add fwmark 5 lookup 5`, or with `delete`, `iif wg0` or `unreachable`.
    private static String rule(String[] words) {
        boolean mark = words[4].equals("fwmark");
        String value = mark ? "0x" + Integer.toHexString(Integer.parseInt(words[5])) : words[5];
        String target = words[6].equals("lookup") ? "lookup " + words[7] : words[6];
        return words[1] + " from all " + words[4] + " " + value + " " + target;
    }

    @Override
    public Optional<Path> find(String program) {
        return Optional.of(Path.of("/usr/bin", program));
    }

    @Override
    public Optional<String> text(Path file) {
        return Optional.of("");
    }

    @Override
    public boolean isLink(Path file) {
        return false;
    }

    @Override
    public List<String> names() {
        return links.keySet().stream().filter(name -> !foreign.contains(name)).toList();
    }

    @Override
    public DeviceControl device(String name) {
        return new DeviceControl() {
            @Override
            public void configure(DeviceUpdate update) throws IOException {
                done.add(name + "\n" + new String(UapiText.print(update), StandardCharsets.UTF_8));
                if (refusal != 0) throw new ErrnoException("set", refusal, "ERROR: Not today");
            }

            @Override
            public DeviceConfiguration configuration() throws IOException {
                if (closed != 0) throw new ErrnoException("connect", closed, "ERROR: Closed");
                return status;
            }

            @Override
            public DeviceInfo notes() {
                return notes;
            }

            @Override
            public Map<DropReason, Long> drops() {
                return Map.of();
            }
        };
    }

    @Override
    public void rename(String from, String to) throws IOException {
        done.add("socket " + from + " to " + to);
        if (broken.equals("socket")) throw new IOException("no room");
    }

    @Override
    public OptionalLong process(String name) {
        return OptionalLong.of(6703);
    }

    @Override
    public Watch watch(String name) {
        return () -> done.add("wait for " + name);
    }
}
