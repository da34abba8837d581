package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErrorText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The command `netstart`, which sets up interfaces from their hostname.if(5) files, as OpenBSD
/// does. Immutable.
///
/// All files are parsed before anything is done. Then a line that fails is reported, and the others
/// are carried out nevertheless, as on OpenBSD: an interface may be started again to get the rest.
public final class NetStart implements Command {
    private final Function<Terminal, CommandContext> contexts;

    /// A command on this system.
    public NetStart() {
        this(CommandContext::system);
    }

    NetStart(Function<Terminal, CommandContext> contexts) {
        this.contexts = contexts;
    }

    @Override
    public String name() {
        return "netstart";
    }

    @Override
    public String summary() {
        return "Brings interfaces up from files in the format of OpenBSD's hostname.if";
    }

    @Override
    public String usage() {
        return "netstart [-n] [--folder <path>] [<interface> | <path of a hostname file>]...";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Brings interfaces up from their hostname.if(5) files, which have lines of ifconfig and
                        shell commands after a `!'. Without names, uses all files /etc/hostname.wgN.\
                        """)
                .with("-n", "only print the commands, without keys")
                .with("--folder", "the folder of the files instead of /etc")
                .example("netstart wg0");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        try {
            return start(contexts.apply(terminal), terminal, arguments) ? 0 : 1;
        } catch (CommandFailure e) {
            throw e.misused() ? e : new CommandFailure("netstart: " + e.getMessage());
        }
    }

    private static void print(Terminal terminal, HostnameFile file) throws IOException {
        for (HostnameFile.Line line : file.lines()) terminal.print(line.shown());
    }

    private static boolean start(CommandContext context, Terminal terminal, List<String> arguments)
            throws CommandFailure, IOException {
        List<HostnameFile> files = new ArrayList<>();
        try {
            boolean print = arguments.contains("-n");
            List<String> rest = new ArrayList<>(arguments);
            rest.removeIf(word -> word.equals("-n"));
            for (Path path : paths(rest)) {
                files.add(HostnameFile.read(path, context.resolver()));
            }
            boolean done = true;
            if (print) {
                for (HostnameFile file : files) print(terminal, file);
                return true;
            }
            for (HostnameFile file : files) {
                if (file.isWorldReadable()) {
                    terminal.warn("netstart: " + file.path() + ": readable by every user");
                }
                done &= start(context, terminal, file);
            }
            return done;
        } finally {
            files.forEach(HostnameFile::erase);
        }
    }

    private static List<Path> paths(List<String> arguments) throws CommandFailure {
        Path folder = Path.of("/etc");
        List<Path> paths = new ArrayList<>();
        List<String> rest = arguments;
        if (!rest.isEmpty() && rest.getFirst().equals("--folder")) {
            if (rest.size() < 2) throw CommandFailure.usage();
            folder = Path.of(rest.get(1));
            rest = rest.subList(2, rest.size());
        }
        for (String word : rest) {
            if (word.startsWith("-")) throw CommandFailure.usage();
            paths.add(
                    word.contains("/")
                            ? Path.of(word)
                            : folder.resolve(HostnameFile.PREFIX + word));
        }
        return rest.isEmpty() ? all(folder) : paths;
    }

    /// The files of all WireGuard interfaces in `folder`, by name.
    private static List<Path> all(Path folder) throws CommandFailure {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(folder, HostnameFile.PREFIX + "wg[0-9]*")) {
            found.forEach(paths::add);
        } catch (IOException e) {
            throw new CommandFailure(folder + ": cannot be read");
        }
        paths.sort(null);
        return paths;
    }

    /// Runs the lines of a file; true when all succeeded. One that fails does not stop the others.
    private static boolean start(CommandContext context, Terminal terminal, HostnameFile file) {
        IfConfigRunner performer =
                new IfConfigRunner(
                        context, file.name(), note -> terminal.warn("netstart: " + note));
        try {
            if (!performer.exists()) {
                performer.perform(new IfConfigLine(true, false, List.of(), null));
            }
        } catch (IOException e) {
            terminal.warn("netstart: " + file.path() + ": " + ErrorText.of(e));
            return false;
        } catch (CommandFailure e) {
            terminal.warn("netstart: " + file.path() + ": " + e.getMessage());
            return false;
        }
        boolean done = true;
        for (HostnameFile.Line line : file.lines()) {
            try {
                if (line.assignment() != null) performer.perform(existing(line.assignment()));
                else if (line.command() != null)
                    SystemInterface.run(context.shell(), shell(line.command()));
            } catch (CommandFailure e) {
                String place = file.path() + ":" + line.number() + ": ";
                terminal.warn("netstart: " + place + e.getMessage());
                done = false;
            }
        }
        return done;
    }

    private static List<String> shell(String command) {
        return List.of("sh", "-c", LogicalLines.ascii(command));
    }

    /// The same assignment without `create`, which is done already.
    private static IfConfigLine existing(IfConfigLine line) {
        return new IfConfigLine(false, line.destroy(), line.actions(), line.update());
    }
}
