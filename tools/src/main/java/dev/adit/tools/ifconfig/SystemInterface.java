package dev.adit.tools.ifconfig;

import dev.adit.tools.host.SystemHost;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A network interface of the system, in whatever network namespace it is now. Confined to one
/// thread.
final class SystemInterface {
    private final SystemHost host;
    private final String name;
    private final @Nullable String namespace; // null for the one we are in

    private SystemInterface(SystemHost host, String name, @Nullable String namespace) {
        this.host = host;
        this.name = name;
        this.namespace = namespace;
    }

    /// Finds the interface: in the namespace it was last moved to, else in ours, else in any other,
    /// as it may have been moved. Empty when it does not exist.
    static Optional<SystemInterface> find(CommandContext context, String name) throws IOException {
        List<@Nullable String> places = new ArrayList<>();
        int domain = InterfaceRecord.read(context, name).domain();
        if (domain != 0) places.add(String.valueOf(domain));
        places.add(null);
        if (context.daemons().serves(name)) places.addAll(namespaces(context.host()));
        for (String place : places) {
            SystemInterface link = new SystemInterface(context.host(), name, place);
            if (!link.line().isEmpty()) return Optional.of(link);
        }
        return Optional.empty();
    }

    /// The names of the network namespaces that have one.
    static List<String> namespaces(SystemHost host) {
        return host.query("ip", "netns", "list")
                .text()
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> !name.isBlank())
                .toList();
    }

    /// The same interface by another name.
    SystemInterface renamed(String fresh) {
        return new SystemInterface(host, fresh, namespace);
    }

    /// The namespace it is in, or null for the one we are in.
    @Nullable String namespace() {
        return namespace;
    }

    /// The one-line output of `ip` about it; empty when it does not exist.
    String line() {
        return query("-o", "link", "show", "dev", name).strip();
    }

    /// The output of `ip` about its addresses, one in a line.
    List<String> addressLines(boolean v6) {
        return query("-o", v6 ? "-6" : "-4", "address", "show", "dev", name).lines().toList();
    }

    /// The output of `ip` about the routes through it in all tables, one in a line.
    ///
    /// @param family `-4` or `-6`
    List<String> routeLines(String family) {
        return query("-o", family, "route", "show", "table", "all", "dev", name).lines().toList();
    }

    /// Adds a route through it. When that fails, writes the reason to standard error and returns
    /// false.
    ///
    /// @param words as `ip route` shows them
    boolean addRoute(String family, List<String> words) {
        List<String> argv = new ArrayList<>(List.of(family, "route", "add"));
        argv.addAll(words);
        argv.addAll(List.of("dev", name));
        try {
            run(argv);
            return true;
        } catch (CommandFailure e) {
            return false;
        }
    }

    boolean isUp() {
        Matcher flags = FLAGS.matcher(line());
        return flags.find() && Set.of(flags.group(1).split(",")).contains("UP");
    }

    void set(String... words) throws CommandFailure {
        List<String> argv = new ArrayList<>(List.of("link", "set", "dev", name));
        argv.addAll(List.of(words));
        run(argv);
    }

    void delete() throws CommandFailure {
        run(List.of("link", "delete", "dev", name));
    }

    /// @param words `add` or `delete`, and the address
    void address(List<String> words) throws CommandFailure {
        List<String> argv = new ArrayList<>(List.of("address"));
        argv.addAll(words);
        argv.addAll(List.of("dev", name));
        run(argv);
    }

    /// Makes it keep its IPv6 addresses while it is down, as it does those of IPv4.
    void keepAddresses() {
        List<String> argv = new ArrayList<>();
        if (namespace != null) argv.addAll(List.of("ip", "netns", "exec", namespace));
        String key = "net/ipv6/conf/" + name + "/keep_addr_on_down";
        argv.addAll(List.of("sysctl", "-qw", key + "=1"));
        // If that cannot be set, they have to be assigned again.
        host.query(argv.toArray(String[]::new));
    }

    /// Moves it to another namespace, where it has no addresses; it stays up if it was up.
    ///
    /// @param target the name of the namespace, or null for the one we are in
    SystemInterface move(@Nullable String target) throws CommandFailure {
        boolean up = isUp();
        String ours = String.valueOf(ProcessHandle.current().pid());
        set("netns", target == null ? ours : target);
        SystemInterface moved = new SystemInterface(host, name, target);
        if (up) moved.set("up");
        return moved;
    }

    /// The output of `ip`, run in the interface's namespace.
    String query(String... words) {
        return host.query(argv(List.of(words)).toArray(String[]::new)).text();
    }

    /// Runs `ip` in the interface's namespace.
    void run(List<String> words) throws CommandFailure {
        run(host, argv(words));
    }

    private List<String> argv(List<String> words) {
        List<String> argv = new ArrayList<>(List.of("ip"));
        if (namespace != null) argv.addAll(List.of("-n", namespace));
        argv.addAll(words);
        return argv;
    }

    /// Runs a command that must succeed. When it fails, it writes the reason to standard error
    /// itself.
    static void run(SystemHost host, List<String> argv) throws CommandFailure {
        String why;
        try {
            int status = host.run(argv, "");
            if (status == 0) return;
            why = "exit status " + status;
        } catch (IOException e) {
            why = e.getMessage();
        }
        throw new CommandFailure("`" + String.join(" ", argv) + "': " + why);
    }

    private static final Pattern FLAGS = Pattern.compile("<([^>]*)>");
}
