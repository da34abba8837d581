package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Failure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Reason;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// `ifconfig`: makes, changes, shows and removes interfaces, as OpenBSD and FreeBSD do. Immutable.
public final class IfConfig implements Command {
    private final Function<Terminal, Around> around;

    /// Works on this system.
    public IfConfig() {
        this(Around::system);
    }

    IfConfig(Function<Terminal, Around> around) {
        this.around = around;
    }

    @Override
    public String name() {
        return "ifconfig";
    }

    @Override
    public String summary() {
        return "Makes, changes and shows an interface in the way of OpenBSD and FreeBSD";
    }

    @Override
    public String usage() {
        return "ifconfig [-A | <interface> [create | destroy | up | down | [-]debug | mtu <n>"
                + " | inet <address> | inet6 <address> | rdomain <n> | wgkey <key> | wgport <port>"
                + " | wgrtable <n> | wgpeer <key> | wgaip <address>/<length>"
                + " | wgendpoint <host> <port> | ...]...]";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Makes, changes, shows and removes interfaces with the words of ifconfig(8) of
                        OpenBSD and FreeBSD. Without words, shows an interface; `-A' shows all of them.\
                        """)
                .with("create", "start the daemon of a new interface")
                .with("destroy", "remove it, with what was done for it")
                .with("up", "use it")
                .with("down", "do not use it")
                .with("debug", "log what happens; `-debug' no more")
                .with("mtu", "its MTU")
                .with("inet", "an IPv4 address; `alias' adds, `delete' removes")
                .with("inet6", "an IPv6 address")
                .with("description", "describe it")
                .with("rdomain", "the network namespace it is in, by number")
                .with("wgkey", "its private key")
                .with("wgport", "its UDP port")
                .with("wgrtable", "the routing table of outer packets")
                .with("tunnelfib", "the same, as FreeBSD says it")
                .with("fib", "the routing table of inner packets")
                .with("wgpeer", "the peer that the next words are about; `-wgpeer' removes")
                .with("wgaip", "an allowed IP of it")
                .with("wgendpoint", "its host and port")
                .with("wgpka", "seconds between keepalives to it")
                .with("wgpsk", "its preshared key; `-wgpsk' for none")
                .with("wgdescr", "describe it; `-wgdescr' for nothing")
                .example("ifconfig wg0 create wgport 51820 inet 10.0.0.1/24");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws Failure, IOException {
        try {
            run(around.apply(terminal), terminal, arguments);
            return 0;
        } catch (Failure e) {
            throw e.misused() ? e : new Failure("ifconfig: " + e.getMessage());
        }
    }

    private static void run(Around system, Terminal terminal, List<String> arguments)
            throws Failure, IOException {
        String first = arguments.isEmpty() ? "-a" : arguments.getFirst();
        List<String> words =
                arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        if (words.isEmpty() && (first.equals("-A") || first.equals("-a"))) {
            for (String name : names(system)) show(system, terminal, name, first.equals("-A"));
            return;
        }
        if (first.startsWith("-")) throw Failure.usage();
        checkName(first);
        if (words.isEmpty() && first.equals(CLASS)) {
            for (String name : names(system)) {
                if (name.matches(CLASS + "[0-9]+")) show(system, terminal, name, true);
            }
        } else if (words.isEmpty()) {
            show(system, terminal, first, true);
        } else if (first.equals(CLASS)) {
            createNext(system, terminal, words);
        } else {
            assign(system, terminal, first, words);
        }
    }

    static void checkName(String name) throws Failure {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_NAME) throw new Failure(name + ": interface name too long");
        if (!name.matches("[^/\\s]+") || name.equals(".") || name.equals("..")) {
            throw new Failure(name + ": bad interface name");
        }
    }

    private static void show(Around system, Terminal terminal, String name, boolean peers)
            throws Failure, IOException {
        String text = new Display(system, Instant.now()).of(name, peers);
        terminal.out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(Around system) throws Failure {
        try {
            return system.daemons().names().stream().sorted().toList();
        } catch (IOException e) {
            throw new Failure(Reason.of(e));
        }
    }

    private static void assign(Around system, Terminal terminal, String name, List<String> words)
            throws Failure {
        Assignment assignment = new LineParser(words, system.resolver(), false).parse();
        performer(system, terminal, name).perform(assignment);
    }

    private static Performer performer(Around system, Terminal terminal, String name) {
        return new Performer(system, name, note -> terminal.warn("ifconfig: " + note));
    }

    /// `ifconfig wg create [name NAME]`: makes an interface of that name, else of the first free
    /// one, and prints it, as FreeBSD does.
    private static void createNext(Around system, Terminal terminal, List<String> words)
            throws Failure, IOException {
        if (!words.getFirst().equals("create")) throw new Failure(CLASS + ": no such interface");
        List<String> rest = new ArrayList<>(words);
        String name = null;
        int at = rest.indexOf("name");
        if (at > 0) {
            if (at + 1 == rest.size()) throw new Failure("'name' requires argument");
            name = rest.get(at + 1);
            checkName(name);
            rest.subList(at, at + 2).clear();
        }
        for (int i = 0; name == null; i++) {
            Performer candidate = performer(system, terminal, CLASS + i);
            if (!candidate.exists()) name = CLASS + i;
        }
        assign(system, terminal, name, rest);
        terminal.print(name);
    }

    /// What all interfaces of WireGuard are called on the BSDs, with a number behind.
    private static final String CLASS = "wg";

    private static final int MAX_NAME = 15; // bytes
}
