package dev.adit.tools.network;

import dev.adit.device.config.ConfigException;
import dev.adit.device.secret.SecretFile;
import dev.adit.net.Network;
import dev.adit.proxy.Proxy;
import dev.adit.proxy.ProxyOptions;
import dev.adit.proxy.Stdio;
import dev.adit.tools.log.LogOutput;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FileErrorText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;
import dev.adit.tools.terminal.Version;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// The command `wireproxy`: `adit proxy` by the configuration file of the program of that name.
/// Immutable.
public record Wireproxy() implements Command {
    @Override
    public String name() {
        return "wireproxy";
    }

    @Override
    public String summary() {
        return "Does what a configuration file of wireproxy says";
    }

    @Override
    public String usage() {
        return "wireproxy [-c <file>] [-s] [-n] [-i <address>] [-v]";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Opens the network of a wireproxy file in this process and serves what its
                        sections say. The program wireproxy in compat/bin runs it under that name,
                        with -d in the background.\
                        """)
                .with("-c", "the file; otherwise /etc/wireproxy/wireproxy.conf or ~/.config's")
                .with("-s", "tells nothing")
                .with("-i", "serves /livez, /readyz and /metrics by HTTP")
                .with("-n", "only says whether the file is right")
                .with("-v", "prints the version")
                .example("adit wireproxy -c wireproxy.conf");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        WireproxyArguments request = WireproxyArguments.parse(arguments, terminal.environment());
        if (request.isVersion()) {
            terminal.print(Version.heading());
            return 0;
        }
        IniFile file = read(request.config());
        Consumer<String> warn =
                line -> {
                    if (!request.isSilent())
                        terminal.warn("wireproxy: " + file.source() + ":" + line);
                };
        WireproxyTunnels tunnels = new WireproxyTunnels(file, terminal.environment(), warn);
        ProxyOptions options = tunnels.read(request.health());
        if (tunnels.stdio().size() > 1) throw failure("there is one standard input");
        // Standard output is the connection's then.
        if (!tunnels.stdio().isEmpty()) LogOutput.system().toStandardError();
        try (Network network = open(terminal, file, warn)) {
            if (request.checks()) {
                terminal.print("Config OK");
                return 0;
            }
            Terminal told = request.isSilent() ? silent(terminal) : terminal;
            if (tunnels.stdio().isEmpty()) {
                return ProxyCommand.serve(told, "wireproxy", network, options);
            }
            return connect(told, network, options, tunnels.stdio().getFirst());
        }
    }

    private static IniFile read(Path path) throws CommandFailure {
        try {
            byte[] bytes = SecretFile.read(path);
            try {
                return IniFile.parse(path.toString(), new String(bytes, StandardCharsets.UTF_8));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        } catch (FileSystemException e) {
            throw failure(FileErrorText.of(e));
        } catch (IOException e) {
            throw failure(String.valueOf(e.getMessage()));
        }
    }

    /// Opens the network of the file, or of the one that `WGConfig` names.
    private static Network open(Terminal terminal, IniFile file, Consumer<String> warn)
            throws CommandFailure {
        IniFile.Entry other = file.sections().getFirst().find("wgconfig");
        IniFile from = other == null ? file : read(Path.of(other.value()));
        byte[] text = WireproxyNetwork.text(from, terminal.environment(), warn);
        try {
            return Network.builder().config("wireproxy", text).build();
        } catch (ConfigException e) {
            ConfigException.Place at = e.place();
            throw failure(
                    new ConfigException.Place(from.source(), at.line(), at.section(), at.key())
                            + e.detail());
        } catch (IOException e) {
            throw failure(String.valueOf(e.getMessage()));
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /// Serves the other sections for as long as standard input and output are connected.
    private static int connect(
            Terminal terminal, Network network, ProxyOptions options, String target)
            throws CommandFailure {
        int colon = target.lastIndexOf(':');
        String port = target.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}")) throw failure(target + ": not HOST:PORT");
        String host = target.substring(0, colon).replaceAll("^\\[|]$", "");
        try (Proxy proxy = Proxy.open(network, options)) {
            ProxyCommand.tell(terminal, "wireproxy: ", proxy);
            Stdio.connect(network, host, Integer.parseInt(port), terminal.in(), terminal.out());
            return 0;
        } catch (IOException e) {
            throw failure(String.valueOf(e.getMessage()));
        }
    }

    private static Terminal silent(Terminal terminal) {
        return new Terminal(
                terminal.program(),
                terminal.in(),
                terminal.out(),
                OutputStream.nullOutputStream(),
                terminal.environment(),
                terminal.interactive());
    }

    private static CommandFailure failure(String message) {
        return new CommandFailure("wireproxy: " + message);
    }
}
