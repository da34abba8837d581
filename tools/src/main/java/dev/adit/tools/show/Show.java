package dev.adit.tools.show;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceInfo;
import dev.adit.protocol.drop.DropReason;
import dev.adit.tools.host.ConfigurationSockets;
import dev.adit.tools.host.Interfaces;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErasableText;
import dev.adit.tools.terminal.ErrorText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The command `show`, which prints the configuration and the counters of interfaces. Immutable.
public final class Show implements Command {
    private final Interfaces interfaces;

    /// A command for the interfaces of this system.
    public Show() {
        this(ConfigurationSockets.system());
    }

    Show(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "Shows the current configuration and device information";
    }

    @Override
    public String usage() {
        return "show { <interface> | all | interfaces } [public-key | private-key | listen-port |"
                + " fwmark | peers | preshared-keys | endpoints | allowed-ips | latest-handshakes |"
                + " transfer | persistent-keepalive | dump | drops | offloads]";
    }

    @Override
    public String usageOfWg() {
        return usage().replace(" | drops | offloads", "");
    }

    @Override
    public Manual manual() {
        Manual manual =
                Manual.of(
                        """
                        Shows all interfaces and their peers, or one. With one of the words below
                        it prints only that field, in lines for scripts, as wg(8) does.\
                        """);
        for (Field field : Field.values()) manual = manual.with(field.word(), field.meaning());
        return manual.with("drops", "packets that were not delivered, by reason")
                .with("offloads", "the offloads in use, a line each")
                .with("interfaces", "only the names, in place of an interface")
                .with("all", "all interfaces, in place of one")
                .example("adit show wg0 allowed-ips");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.size() > 2) throw CommandFailure.usage();
        String what = arguments.isEmpty() ? "all" : arguments.get(0);
        String field = arguments.size() < 2 ? null : arguments.get(1);
        if (field == null && HELP.contains(what)) return help(terminal);
        return switch (what) {
            case "interfaces" -> listInterfaces(terminal, field);
            case "all" -> showAll(terminal, field);
            default -> showOne(terminal, what, field);
        };
    }

    private int help(Terminal terminal) {
        String usage = terminal.isWg() ? usageOfWg() : usage();
        terminal.warn("Usage: " + terminal.program() + " " + usage);
        return 0;
    }

    private int listInterfaces(Terminal terminal, @Nullable String field)
            throws CommandFailure, IOException {
        if (field != null) throw CommandFailure.usage();
        List<String> names = names();
        if (!names.isEmpty()) terminal.print(String.join(" ", names));
        return 0;
    }

    private int showAll(Terminal terminal, @Nullable String field)
            throws CommandFailure, IOException {
        boolean any = false, accessible = false;
        for (String name : names()) {
            // The pretty format has an empty line between interfaces.
            String before = field == null && accessible ? "\n" : "";
            try (ErasableText text = new ErasableText().add(before)) {
                any = true;
                add(text, terminal, name, field, name + "\t");
                text.writeTo(terminal.out());
                accessible = true;
            } catch (Inaccessible e) {
                terminal.warn("Unable to access interface " + name + ": " + e.getMessage());
            }
        }
        return any && !accessible ? 1 : 0;
    }

    private int showOne(Terminal terminal, String name, @Nullable String field)
            throws CommandFailure, IOException {
        try (ErasableText text = new ErasableText()) {
            add(text, terminal, name, field, "");
            text.writeTo(terminal.out());
        } catch (Inaccessible e) {
            throw new CommandFailure("Unable to access interface: " + e.getMessage());
        }
        return 0;
    }

    /// @param field the field's word, or null for the pretty format
    private void add(
            ErasableText text,
            Terminal terminal,
            String name,
            @Nullable String field,
            String prefix)
            throws CommandFailure, Inaccessible {
        if ("drops".equals(field) && !terminal.isWg()) {
            addDrops(text, prefix, drops(name));
            return;
        }
        if ("offloads".equals(field) && !terminal.isWg()) {
            for (String offload : notes(name).offloads()) text.add(prefix + offload + "\n");
            return;
        }
        DeviceConfiguration status = configuration(name);
        try {
            if (field == null) {
                Map<String, String> environment = terminal.environment();
                Style style = Style.of(environment, terminal.interactive());
                boolean hideKeys = !"never".equals(environment.get("WG_HIDE_KEYS"));
                new Pretty(text, style, hideKeys, Instant.now()).add(name, status);
            } else {
                Field known = Field.of(field);
                if (known == null) throw CommandFailure.usage("Invalid parameter: `" + field + "'");
                known.add(text, prefix, status);
            }
        } finally {
            status.erase();
        }
    }

    private static void addDrops(ErasableText text, String prefix, Map<DropReason, Long> drops) {
        for (DropReason reason : DropReason.values()) {
            long count = drops.getOrDefault(reason, 0L);
            if (count != 0) text.add(prefix + reason.label() + "\t" + count + "\n");
        }
    }

    private List<String> names() throws CommandFailure {
        try {
            return interfaces.names();
        } catch (IOException e) {
            throw new CommandFailure("Unable to list interfaces: " + ErrorText.of(e));
        }
    }

    private DeviceConfiguration configuration(String name) throws Inaccessible {
        try {
            return interfaces.device(name).configuration();
        } catch (IOException e) {
            throw new Inaccessible(e);
        }
    }

    private DeviceInfo notes(String name) throws Inaccessible {
        try {
            return interfaces.device(name).notes();
        } catch (IOException e) {
            throw new Inaccessible(e);
        }
    }

    private Map<DropReason, Long> drops(String name) throws Inaccessible {
        try {
            return interfaces.device(name).drops();
        } catch (IOException e) {
            throw new Inaccessible(e);
        }
    }

    private static final Set<String> HELP = Set.of("-h", "--help", "help");

    /// Reports an interface that does not exist or does not answer, as distinct from an output that
    /// cannot be written.
    private static final class Inaccessible extends Exception {
        private static final long serialVersionUID = 1L;

        Inaccessible(IOException cause) {
            super(ErrorText.of(cause), cause);
        }
    }
}
