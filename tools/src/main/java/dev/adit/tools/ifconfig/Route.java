package dev.adit.tools.ifconfig;

import dev.adit.ip.address.IpAddress;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The command `route`, which adds, changes, deletes and looks up routes through our interfaces
/// with the syntax of the BSDs. Immutable.
///
/// Only `compat/bin/route` calls it, which runs the system's program of that name for everything
/// else.
public final class Route implements Command {
    private final Function<Terminal, CommandContext> contexts;

    /// A command on this system.
    public Route() {
        this(CommandContext::system);
    }

    Route(Function<Terminal, CommandContext> contexts) {
        this.contexts = contexts;
    }

    @Override
    public String name() {
        return "route";
    }

    @Override
    public @Nullable String summary() {
        return null; // an internal command
    }

    @Override
    public String usage() {
        return "route [-T <n>] [-nqv] add | change | delete | get [-inet | -inet6] [-net | -host]"
                + " <destination> [-interface <interface> | <gateway>]";
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        boolean mayPassOn = !arguments.isEmpty() && arguments.getFirst().equals(OR_PASS_ON);
        List<String> words = mayPassOn ? arguments.subList(1, arguments.size()) : arguments;
        try {
            Optional<RouteLine> line = RouteLine.parse(words);
            boolean done =
                    line.isPresent() && perform(contexts.apply(terminal), terminal, line.get());
            if (done) return 0;
        } catch (CommandFailure e) {
            throw new CommandFailure("route: " + e.getMessage());
        }
        if (mayPassOn) return NOT_OURS;
        throw new CommandFailure("route: concerns no WireGuard interface");
    }

    /// Carries out a line; false when it concerns no interface of ours.
    private static boolean perform(CommandContext context, Terminal terminal, RouteLine line)
            throws CommandFailure, IOException {
        if (line.verb().equals("get")) return look(context, terminal, line);
        Optional<Way> way = way(context, line);
        if (way.isEmpty()) return false;
        List<String> argv = new ArrayList<>(List.of("ip"));
        String namespace = line.domain() < 0 ? way.get().link().namespace() : domain(line);
        if (namespace != null) argv.addAll(List.of("-n", namespace));
        argv.addAll(List.of(line.v6() ? "-6" : "-4", "route", line.verb()));
        argv.add(line.destination().toString());
        if (way.get().gateway() != null) argv.addAll(List.of("via", way.get().gateway()));
        argv.addAll(List.of("dev", way.get().device()));
        if (line.mtu() > 0) argv.addAll(List.of("mtu", "" + line.mtu()));
        if (line.metric() > 0) argv.addAll(List.of("metric", "" + line.metric()));
        SystemInterface.run(context.host(), argv);
        if (line.quiet()) return true;
        String to = line.gateway() == null ? "" : ": gateway " + line.gateway();
        terminal.print(line.verb() + " " + line.kind() + " " + line.destinationText() + to);
        return true;
    }

    /// The target of a route.
    ///
    /// @param device the interface
    /// @param gateway the gateway behind it, or null
    private record Way(String device, @Nullable String gateway, SystemInterface link) {}

    /// The target that the line names; empty when it leads through no interface of ours.
    private static Optional<Way> way(CommandContext context, RouteLine line) throws IOException {
        String gateway = line.gateway();
        String device = line.device();
        if (device != null) return way(context, device, line.direct() ? null : gateway);
        if (gateway == null) return line.verb().equals("delete") ? present(context, line) : none();
        if (line.direct() && context.daemons().serves(gateway)) return way(context, gateway, null);
        Optional<IpAddress> address = AddressText.address(gateway, line.v6());
        if (address.isEmpty()) return none();
        String text = address.get().toString();
        for (String name : context.daemons().names()) {
            Optional<SystemInterface> link = SystemInterface.find(context, name);
            if (link.isEmpty()) continue;
            for (InterfaceAddresses.Present one : InterfaceAddresses.all(link.get(), line.v6())) {
                // On the BSDs an interface's own address can stand for the interface.
                if (one.text().equals(text)) return way(context, name, null);
                if (!line.direct() && text.equals(one.peer())) return way(context, name, text);
            }
        }
        if (line.direct()) return none();
        Optional<String> towards = device(query(context, line, "get", text));
        return towards.isEmpty() ? none() : way(context, towards.get(), text);
    }

    private static Optional<Way> none() {
        return Optional.empty();
    }

    private static Optional<Way> way(
            CommandContext context, String device, @Nullable String gateway) throws IOException {
        if (!context.daemons().serves(device)) return none();
        return SystemInterface.find(context, device).map(link -> new Way(device, gateway, link));
    }

    /// The target of the present route.
    private static Optional<Way> present(CommandContext context, RouteLine line)
            throws IOException {
        String routes = query(context, line, "show", "exact", line.destination().toString());
        Optional<String> device = device(routes);
        return device.isEmpty() ? none() : way(context, device.get(), null);
    }

    private static Optional<String> device(String routes) {
        return match(DEVICE, routes);
    }

    private static Optional<String> match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String query(CommandContext context, RouteLine line, String... words) {
        List<String> argv = new ArrayList<>(List.of("ip"));
        String namespace = domain(line);
        if (namespace != null) argv.addAll(List.of("-n", namespace));
        argv.addAll(List.of("-o", line.v6() ? "-6" : "-4", "route"));
        argv.addAll(List.of(words));
        return context.host().query(argv.toArray(String[]::new)).text();
    }

    /// The namespace of the routing domain that the line names, or null for ours.
    private static @Nullable String domain(RouteLine line) {
        return line.domain() <= 0 ? null : String.valueOf(line.domain());
    }

    /// Runs `get`: shows the route to an address as route(8) does.
    private static boolean look(CommandContext context, Terminal terminal, RouteLine line)
            throws CommandFailure, IOException {
        boolean whole = line.destination().length() == 0;
        String to = whole ? "default" : line.destination().address().toString();
        String route = whole ? query(context, line, "show", to) : query(context, line, "get", to);
        if (route.isBlank()) throw new CommandFailure("writing to routing socket: No such process");
        StringBuilder text = new StringBuilder("   route to: " + to + "\n");
        text.append("destination: ").append(to).append('\n');
        match(GATEWAY, route).ifPresent(it -> text.append("    gateway: ").append(it).append('\n'));
        device(route).ifPresent(it -> text.append("  interface: ").append(it).append('\n'));
        match(SOURCE, route).ifPresent(it -> text.append(" if address: ").append(it).append('\n'));
        terminal.print(text.toString().stripTrailing());
        return true;
    }

    /// The option that makes [#run] return [#NOT_OURS] for lines about other interfaces.
    private static final String OR_PASS_ON = "--or-pass-on";

    /// The exit status on which `compat/bin/route` runs the system's program.
    private static final int NOT_OURS = 3;

    private static final Pattern DEVICE = Pattern.compile("\\bdev (\\S+)");
    private static final Pattern GATEWAY = Pattern.compile("\\bvia (\\S+)");
    private static final Pattern SOURCE = Pattern.compile("\\bsrc (\\S+)");
}
