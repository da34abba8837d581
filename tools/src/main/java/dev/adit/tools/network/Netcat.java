package dev.adit.tools.network;

import dev.adit.net.Network;
import dev.adit.proxy.Stdio;
import dev.adit.tools.log.LogOutput;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.util.List;

/// The command `nc`, which connects standard input and output to a port in a tunnel. Immutable.
public record Netcat() implements Command {
    @Override
    public String name() {
        return "nc";
    }

    @Override
    public String summary() {
        return "Connects standard input and output to a port in a tunnel, without root";
    }

    @Override
    public String usage() {
        return "nc <config> <host> <port>";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Opens the network of a wg-quick file in this process, connects to a host
                        in it and carries bytes until both directions have ended, as ssh(1) wants
                        it of a ProxyCommand.\
                        """)
                .example("ssh -o ProxyCommand='adit nc office %h %p' host.internal");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.size() != 3) throw CommandFailure.usage();
        String host = arguments.get(1), port = arguments.get(2);
        int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 65_535) {
            throw CommandFailure.usage("`" + port + "' is not a port");
        }
        LogOutput.system().toStandardError(); // standard output is the connection's
        NetworkFile file = NetworkFile.find(terminal, arguments.getFirst());
        try (Network network = file.open(terminal, builder -> {})) {
            Stdio.connect(network, host, number, terminal.in(), terminal.out());
        } catch (IOException e) {
            throw new CommandFailure("adit nc: " + e.getMessage());
        }
        return 0;
    }
}
