package dev.adit.tools.configure;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.file.ConfFile;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// The command `showconf`, which prints a configuration file with the present settings of an
/// interface. Immutable.
public record ShowConf() implements Command {
    @Override
    public String name() {
        return "showconf";
    }

    @Override
    public String summary() {
        return "Shows the current configuration of a given WireGuard interface, for use with"
                + " `setconf'";
    }

    @Override
    public String usage() {
        return "showconf <interface>";
    }

    @Override
    public String usageOfWg() {
        return usage();
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Prints the present settings of an interface as a configuration file,
                        private key and preshared keys included.\
                        """)
                .example("adit showconf wg0 > /etc/wireguard/wg0.conf");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.size() != 1) throw CommandFailure.usage();
        DeviceConfiguration status =
                new TargetInterface(arguments.getFirst())
                        .configuration("Unable to access interface");
        byte[] text = ConfFile.print(status);
        try {
            terminal.out().write(text);
        } finally {
            Arrays.fill(text, (byte) 0);
            status.erase();
        }
        return 0;
    }
}
