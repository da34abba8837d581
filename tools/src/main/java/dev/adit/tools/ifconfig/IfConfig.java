package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErrorText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The command `ifconfig`, which creates, changes, shows and removes interfaces, as OpenBSD and
/// FreeBSD do. Immutable.
public final class IfConfig implements Command {
    private final Function<Terminal, CommandContext> contexts;

    /// A command on this system.
    public IfConfig() {
        this(CommandContext::system);
    }

    IfConfig(Function<Terminal, CommandContext> contexts) {
        this.contexts = contexts;
    }

    @Override
    public String name() {
        return "ifconfig";
    }

    @Override
    public String summary() {
        return "Creates, changes and shows an interface like OpenBSD and FreeBSD";
    }

    @Override
    public String usage() {
        return "ifconfig [--layout openbsd | freebsd | netbsd] [-A | <interface> [create | destroy"
                + " | up | down | [-]debug | mtu <n> | inet <address> | inet6 <address> | name"
                + " <name> | rdomain <n> | wgkey <key> | wgkey file:<path> | wgport <port> |"
                + " wgrtable <n> | wgpeer <key> | wgaip <address>/<length> | wgendpoint <host>"
                + " <port> | ...]...]";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Creates, changes, shows and removes interfaces with the syntax of ifconfig(8) of
                        OpenBSD and FreeBSD. With a name alone, shows the interface; `-A' shows all.\
                        """)
                .with("--layout", "the output format; overrides ADIT_IFCONFIG_LAYOUT")
                .with("create", "start the daemon of a new interface")
                .with("destroy", "remove it, and undo what was done for it")
                .with("up", "set it up")
                .with("down", "set it down")
                .with("debug", "log debug messages; `-debug' stops that")
                .with("mtu", "its MTU")
                .with("inet", "an IPv4 address")
                .with("alias", "after an address: add it to the others")
                .with("delete", "after an address: remove it; also `-alias'")
                .with("netmask", "after an IPv4 address: its netmask")
                .with("broadcast", "after an IPv4 address: its broadcast address")
                .with("inet6", "an IPv6 address")
                .with("prefixlen", "after an IPv6 address: its prefix length")
                .with("name", "rename it")
                .with("group", "put it into a group; `-group' takes it out")
                .with("description", "its description")
                .with("rdomain", "its network namespace, by number")
                .with("wgkey", "its private key, or `file:PATH' or `-' to read it from")
                .with("wgport", "its UDP port")
                .with("wgrtable", "the routing table of outer packets")
                .with("tunnelfib", "the same, in FreeBSD's words")
                .with("fib", "the routing table of inner packets")
                .with("wgpeer", "the peer that the next words apply to; `-wgpeer' removes it")
                .with("-wgpeerall", "remove all peers")
                .with("wgaip", "an allowed IP of the peer")
                .with("wgendpoint", "its host and port")
                .with("wgpka", "seconds between keepalives to it")
                .with("wgpsk", "its preshared key, also `file:PATH' or `-'; `-wgpsk' for none")
                .with("wgdescr", "its description; `-wgdescr' for none")
                .example("ifconfig wg0 create wgport 51820 inet 10.0.0.1/24");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        try {
            run(contexts.apply(terminal), terminal, arguments);
            return 0;
        } catch (CommandFailure e) {
            throw e.misused() ? e : new CommandFailure("ifconfig: " + e.getMessage());
        }
    }

    private static void run(CommandContext context, Terminal terminal, List<String> all)
            throws CommandFailure, IOException {
        boolean chosen = !all.isEmpty() && all.getFirst().equals(LAYOUT);
        if (chosen && all.size() < 2) throw CommandFailure.usage();
        Layout layout = chosen ? Layout.of(all.get(1), LAYOUT) : Layout.of(terminal.environment());
        List<String> arguments = chosen ? all.subList(2, all.size()) : all;
        String first = arguments.isEmpty() ? "-a" : arguments.getFirst();
        List<String> words =
                arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        InterfaceView display = new InterfaceView(context, layout, Instant.now());
        if (words.isEmpty() && (first.equals("-A") || first.equals("-a"))) {
            for (String name : names(context)) show(display, terminal, name, first.equals("-A"));
            return;
        }
        if (first.startsWith("-")) throw CommandFailure.usage();
        checkName(first);
        if (words.isEmpty()) {
            List<String> members = members(context, first);
            if (!first.equals(CLASS) && members.isEmpty()) members = List.of(first);
            for (String name : members) show(display, terminal, name, true);
        } else if (first.equals(CLASS)) {
            createNext(context, terminal, words);
        } else {
            assign(context, terminal, first, words);
        }
    }

    /// The interfaces of a group; none when an interface has that name.
    private static List<String> members(CommandContext context, String group)
            throws CommandFailure, IOException {
        List<String> members = new ArrayList<>();
        for (String name : names(context)) {
            if (name.equals(group)) return List.of();
            boolean wg = group.equals(CLASS) && name.matches(CLASS + "[0-9]+");
            if (wg || InterfaceRecord.read(context, name).groups().contains(group))
                members.add(name);
        }
        return members;
    }

    static void checkName(String name) throws CommandFailure {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_NAME) throw new CommandFailure(name + ": interface name too long");
        if (!name.matches("[^/\\s]+") || name.equals(".") || name.equals("..")) {
            throw new CommandFailure(name + ": bad interface name");
        }
    }

    private static void show(InterfaceView display, Terminal terminal, String name, boolean peers)
            throws CommandFailure, IOException {
        String text = display.of(name, peers);
        terminal.out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(CommandContext context) throws CommandFailure {
        try {
            return context.daemons().names().stream().sorted().toList();
        } catch (IOException e) {
            throw new CommandFailure(ErrorText.of(e));
        }
    }

    private static void assign(
            CommandContext context, Terminal terminal, String name, List<String> words)
            throws CommandFailure {
        KeySource keys = new KeySource(terminal.in());
        IfConfigLine assignment = new LineParser(words, context.resolver(), keys, false).parse();
        performer(context, terminal, name).perform(assignment);
    }

    private static IfConfigRunner performer(
            CommandContext context, Terminal terminal, String name) {
        return new IfConfigRunner(context, name, note -> terminal.warn("ifconfig: " + note));
    }

    /// Runs `ifconfig wg create [name NAME]`: creates an interface of that name, else of the first
    /// free one, and prints it, as FreeBSD does.
    private static void createNext(CommandContext context, Terminal terminal, List<String> words)
            throws CommandFailure, IOException {
        if (!words.getFirst().equals("create"))
            throw new CommandFailure(CLASS + ": no such interface");
        List<String> rest = new ArrayList<>(words);
        String name = null;
        int at = rest.indexOf("name");
        if (at > 0) {
            if (at + 1 == rest.size()) throw new CommandFailure("'name' requires argument");
            name = rest.get(at + 1);
            checkName(name);
            rest.subList(at, at + 2).clear();
        }
        for (int i = 0; name == null; i++) {
            IfConfigRunner candidate = performer(context, terminal, CLASS + i);
            if (!candidate.exists()) name = CLASS + i;
        }
        assign(context, terminal, name, rest);
        terminal.print(name);
    }

    /// The name of all WireGuard interfaces on the BSDs, without the number.
    private static final String CLASS = "wg";

    private static final String LAYOUT = "--layout";
    private static final int MAX_NAME = 15; // bytes
}
