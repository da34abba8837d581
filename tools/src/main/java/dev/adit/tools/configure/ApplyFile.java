package dev.adit.tools.configure;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.file.ConfFile;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FileErrorText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.List;

/// The commands `setconf`, `addconf` and `syncconf`, which apply a configuration file to an
/// interface. Immutable.
public final class ApplyFile implements Command {
    private final String name;
    private final String summary;
    private final ConfFile.Mode mode;
    private final boolean sync;

    private ApplyFile(String name, String summary, ConfFile.Mode mode, boolean sync) {
        this.name = name;
        this.summary = summary;
        this.mode = mode;
        this.sync = sync;
    }

    /// The command that replaces the whole configuration.
    public static ApplyFile set() {
        String summary = "Applies a configuration file to a WireGuard interface";
        return new ApplyFile("setconf", summary, ConfFile.Mode.SET, false);
    }

    /// The command that adds to the configuration.
    public static ApplyFile add() {
        String summary = "Appends a configuration file to a WireGuard interface";
        return new ApplyFile("addconf", summary, ConfFile.Mode.ADD, false);
    }

    /// The command that replaces the configuration, but keeps the sessions of unchanged peers.
    public static ApplyFile sync() {
        String summary = "Synchronizes a configuration file to a WireGuard interface";
        return new ApplyFile("syncconf", summary, ConfFile.Mode.SET, true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String usage() {
        return name + " <interface> <configuration filename>";
    }

    @Override
    public String usageOfWg() {
        return usage();
    }

    @Override
    public Manual manual() {
        String about =
                switch (name) {
                    case "setconf" ->
                            """
                            Replaces the configuration of an interface with that of a file. Everything
                            else is removed, including all sessions.\
                            """;
                    case "addconf" ->
                            """
                            Adds the settings of a file to the configuration of an interface.
                            Everything else stays.\
                            """;
                    default ->
                            """
                            Replaces the configuration of an interface with that of a file, but keeps
                            the sessions of peers that stay. For reloading under traffic.\
                            """;
                };
        String file = name.equals("syncconf") ? "<(adit strip wg0)" : "wg0.conf";
        return Manual.of(about).example("adit " + name + " wg0 " + file);
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure {
        if (arguments.size() != 2) throw CommandFailure.usage();
        TargetInterface target = new TargetInterface(arguments.get(0));
        DeviceUpdate update = parse(terminal, arguments.get(1));
        target.apply(sync ? synced(target, update) : update);
        return 0;
    }

    private DeviceUpdate parse(Terminal terminal, String file) throws CommandFailure {
        ConfFile format = new ConfFile(TargetInterface.resolver(terminal), terminal::warn);
        try {
            return format.parse(FileErrorText.path(file), mode);
        } catch (IOException e) {
            throw new CommandFailure("fopen: " + FileErrorText.of(e));
        } catch (InvalidPathException e) {
            throw new CommandFailure("fopen: " + e.getReason());
        } catch (ConfigException e) {
            boolean incomplete = e.reason() == ConfigException.Reason.NO_PUBLIC_KEY;
            terminal.warn(e.detail());
            throw new CommandFailure(
                    incomplete ? "Invalid configuration" : "Configuration parsing error");
        }
    }

    private static DeviceUpdate synced(TargetInterface target, DeviceUpdate update)
            throws CommandFailure {
        if (update.peers().isEmpty()) return update;
        DeviceConfiguration status;
        try {
            status = target.configuration("Unable to retrieve current interface configuration");
        } catch (CommandFailure e) {
            update.erase();
            throw e;
        }
        try {
            return ConfigDifference.between(status, update);
        } finally {
            status.erase();
        }
    }
}
