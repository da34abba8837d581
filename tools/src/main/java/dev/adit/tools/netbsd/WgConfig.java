package dev.adit.tools.netbsd;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.resolve.Resolver;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The command `wgconfig`, which shows and changes an interface whose peers have names, as NetBSD
/// does. Immutable.
///
/// A word of the command line matches if it begins with the expected word, as on NetBSD.
public final class WgConfig implements Command {
    private final Function<String, DeviceControl> open;
    private final Resolver resolver;

    /// A command for the interfaces of this system.
    public WgConfig() {
        this(name -> new UapiClient(new UapiSocket(name)), Resolver.system());
    }

    /// @param open opens the interface of that name, which need not exist
    WgConfig(Function<String, DeviceControl> open, Resolver resolver) {
        this.open = open;
        this.resolver = resolver;
    }

    @Override
    public String name() {
        return "wgconfig";
    }

    @Override
    public String summary() {
        return "Shows and changes an interface like NetBSD";
    }

    @Override
    public String usage() {
        return "wgconfig <interface> [show | set | add | delete] [<what> [<argument>]...]";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Shows and changes an interface with the syntax of NetBSD's wgconfig(8), where every
                        peer has a name. `ifconfig' creates interfaces and sets them up.\
                        """)
                .with("show", "`all', `peer NAME', or `private-key'")
                .with("set", "`private-key FILE' or `listen-port PORT'")
                .with("add", "`peer NAME KEY', and options:")
                .with("all", "after `show': the interface and its peers")
                .with("peer", "a peer, by its name")
                .with("private-key", "the private key; after `set', its file")
                .with("listen-port", "the UDP port")
                .with("--show-preshared-key", "after `show peer NAME'")
                .with("--preshared-key", "the file of a preshared key")
                .with("--endpoint", "the peer's endpoint")
                .with("--allowed-ips", "its allowed IPs")
                .with("delete", "`peer NAME'")
                .example("wgconfig wg0 add peer laptop KEY --allowed-ips=10.0.0.2/32");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.isEmpty() || HELP.contains(arguments.getFirst())) return misused(terminal);
        String interfaceName = arguments.getFirst();
        if (Utf8Length.of(interfaceName) > Utf8Length.MAX_NAME)
            throw WgConfigFailure.of("interface name too long");
        WgConfigView shown = new WgConfigView(interfaceName, open.apply(interfaceName));
        if (arguments.size() == 1) return shown.all(terminal);
        if (arguments.size() < 3) return misused(terminal);
        String verb = arguments.get(1), object = arguments.get(2);
        List<String> operands = arguments.subList(3, arguments.size());
        if (verb.startsWith("show")) return show(terminal, shown, object, operands);
        WgConfigEdit changed = new WgConfigEdit(open.apply(interfaceName), resolver);
        if (change(changed, verb, object, operands)) return 0;
        return misused(terminal, verb, object);
    }

    /// Carries out a change; false when there is no such change.
    private static boolean change(
            WgConfigEdit changed, String verb, String object, List<String> operands)
            throws CommandFailure {
        boolean single = operands.size() == 1;
        if (verb.startsWith("set") && object.startsWith("private-key") && single) {
            changed.privateKey(operands.getFirst());
        } else if (verb.startsWith("set") && object.startsWith("listen-port") && single) {
            changed.listenPort(operands.getFirst());
        } else if (verb.startsWith("add") && object.startsWith("peer") && operands.size() >= 2) {
            changed.addPeer(operands);
        } else if (verb.startsWith("delete") && object.startsWith("peer") && single) {
            changed.deletePeer(operands.getFirst());
        } else {
            return false;
        }
        return true;
    }

    private static int show(
            Terminal terminal, WgConfigView shown, String object, List<String> operands)
            throws CommandFailure, IOException {
        if (object.startsWith("all")) return shown.all(terminal);
        if (object.startsWith("private-key")) return shown.privateKey(terminal);
        boolean secret = operands.size() == 2 && operands.get(1).startsWith(SHOW_PRESHARED_KEY);
        if (!object.startsWith("peer") || !(operands.size() == 1 || secret)) {
            return misused(terminal, "show", object);
        }
        return shown.peer(terminal, operands.getFirst(), secret);
    }

    /// Prints the usage, and behind it the word that is unknown.
    private static int misused(Terminal terminal, String verb, String object)
            throws CommandFailure {
        misused(terminal);
        Set<String> objects = OBJECTS.get(verb.replaceFirst("(show|set|add|delete).*", "$1"));
        if (objects == null) throw WgConfigFailure.of("unknown word: " + verb);
        if (objects.stream().anyMatch(object::startsWith)) return 1;
        throw WgConfigFailure.of("unknown word: " + object);
    }

    private static int misused(Terminal terminal) {
        terminal.warn(USAGE.stripTrailing());
        return 1;
    }

    /// The words that may follow each verb.
    private static final Map<String, Set<String>> OBJECTS =
            Map.of(
                    "show", Set.of("all", "peer", "private-key"),
                    "set", Set.of("private-key", "listen-port"),
                    "add", Set.of("peer"),
                    "delete", Set.of("peer"));

    private static final Set<String> HELP = Set.of("-h", "-?", "--help");
    private static final String SHOW_PRESHARED_KEY = "--show-preshared-key";
    private static final String USAGE =
            """
            Usage:
            \twgconfig <interface> [show all]
            \twgconfig <interface> show peer <peer name> [--show-preshared-key]
            \twgconfig <interface> show private-key
            \twgconfig <interface> set private-key <file path>
            \twgconfig <interface> set listen-port <port>
            \twgconfig <interface> add peer <peer name> <base64 public key>
            \t                     [--preshared-key=<file path>] [--endpoint=<ip>:<port>]
            \t                     [--allowed-ips=<ip1>/<cidr1>[,<ip2>/<cidr2>]...]
            \twgconfig <interface> delete peer <peer name>
            """;
}
