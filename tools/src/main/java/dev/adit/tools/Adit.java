package dev.adit.tools;

import dev.adit.tools.configure.ApplyFile;
import dev.adit.tools.configure.Resolve;
import dev.adit.tools.configure.Set;
import dev.adit.tools.configure.ShowConf;
import dev.adit.tools.demo.Demo;
import dev.adit.tools.demo.DemoPeer;
import dev.adit.tools.ifconfig.IfConfig;
import dev.adit.tools.ifconfig.NetStart;
import dev.adit.tools.ifconfig.Route;
import dev.adit.tools.keys.GenerateKey;
import dev.adit.tools.keys.PubKey;
import dev.adit.tools.netbsd.WgConfig;
import dev.adit.tools.netbsd.WgKeygen;
import dev.adit.tools.network.Netcat;
import dev.adit.tools.network.ProxyCommand;
import dev.adit.tools.network.Wireproxy;
import dev.adit.tools.quick.Verb;
import dev.adit.tools.show.Show;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;
import dev.adit.tools.terminal.Version;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The program `adit`: finds the command and turns its outcome into an exit status. Immutable.
public final class Adit {
    private final List<Command> commands;

    Adit(List<Command> commands) {
        this.commands = List.copyOf(commands);
    }

    /// Runs `adit` with these arguments and exits.
    public static void main(String[] arguments) {
        int status = standard().run(Terminal.system(), List.of(arguments));
        // No orderly end is needed, so the JVM may skip it.
        Runtime.getRuntime().halt(status);
    }

    /// The program with all its commands.
    static Adit standard() {
        List<Command> commands = new ArrayList<>();
        Collections.addAll(
                commands,
                new Show(),
                new ShowConf(),
                new Set(),
                ApplyFile.set(),
                ApplyFile.add(),
                ApplyFile.sync(),
                new Resolve(),
                GenerateKey.privateKey(),
                GenerateKey.presharedKey(),
                new PubKey());
        commands.addAll(Verb.all());
        Collections.addAll(
                commands,
                new IfConfig(),
                new NetStart(),
                new WgConfig(),
                new WgKeygen(),
                new Route());
        Collections.addAll(commands, new ProxyCommand(), new Netcat(), new Wireproxy());
        Collections.addAll(commands, new Demo(), new DemoPeer());
        return new Adit(commands);
    }

    /// Runs the command named by `arguments`; without arguments, `show`.
    ///
    /// `adit` behaves like the program it was called as: as `wg` and `wg-quick` it takes the same
    /// arguments and prints the same texts, and under the name of a command it runs that command.
    ///
    /// @return the exit status
    int run(Terminal terminal, List<String> arguments) {
        try {
            String name = terminal.name();
            if (name.equals("wg-quick")) return Verb.runAsWgQuick(terminal, arguments);
            boolean standsIn = name.startsWith("wg") || STAND_INS.contains(name);
            Optional<Command> own = standsIn ? command(name) : Optional.empty();
            if (own.isPresent()) return run(own.get(), "", terminal, arguments);
            if (arguments.isEmpty()) return run(command("show").orElseThrow(), terminal, arguments);
            return dispatch(terminal, arguments.getFirst(), arguments.subList(1, arguments.size()));
        } catch (IOException e) {
            if (Terminal.isUnread(e)) return Terminal.UNREAD;
            terminal.warn(terminal.program() + ": cannot write the output: " + e.getMessage());
            return 1;
        } catch (OutOfMemoryError e) {
            terminal.warn(
                    terminal.program() + ": out of memory: ADIT_JAVA_OPTS=-Xmx4g allows more");
            return 1;
        } catch (InvalidPathException e) {
            // A letter that the locale does not have, in the name of a file or an interface.
            String name = "`" + e.getInput() + "' cannot be the name of a file in this locale";
            terminal.warn(terminal.program() + ": " + name);
            return 1;
        }
    }

    private int dispatch(Terminal terminal, String word, List<String> rest) throws IOException {
        if (HELP.contains(word) && (rest.isEmpty() || !terminal.isWg())) {
            return help(terminal, rest);
        }
        if (VERSION.contains(word) && (rest.isEmpty() || !terminal.isWg())) {
            terminal.print(Version.heading() + (terminal.isWg() ? Version.FOR_WG : ""));
            return 0;
        }
        Optional<Command> command = command(word);
        if (terminal.isWg()) command = command.filter(found -> found.usageOfWg() != null);
        if (command.isEmpty()) return unknown(terminal, word);
        return run(command.get(), terminal, rest);
    }

    private int help(Terminal terminal, List<String> of) throws IOException {
        String program = terminal.program();
        if (of.isEmpty()) {
            terminal.print(
                    terminal.isWg() ? Help.ofWg(program, commands) : Help.of(program, commands));
            return 0;
        }
        Optional<Command> command = command(of.getFirst());
        if (command.isEmpty()) return unknown(terminal, of.getFirst());
        terminal.print(Help.of(program, command.get()));
        return 0;
    }

    private int run(Command command, Terminal terminal, List<String> arguments) throws IOException {
        // Asked for help, with or without an interface before it.
        int size = arguments.size();
        if (!terminal.isWg() && (size == 1 || size == 2) && ASKED.contains(arguments.getLast())) {
            return help(terminal, List.of(command.name()));
        }
        String first = size == 0 ? "" : arguments.getFirst();
        if (!terminal.isWg() && first.startsWith("-") && OF_INTERFACES.contains(command.name())) {
            terminal.warn("`" + first + "' is not the name of an interface");
            terminal.warn("Usage: " + terminal.program() + " " + command.usage());
            return 1;
        }
        return run(command, terminal.program() + " ", terminal, arguments);
    }

    /// @param before the words before the command's name in its usage line
    private static int run(
            Command command, String before, Terminal terminal, List<String> arguments)
            throws IOException {
        try {
            return command.run(terminal, arguments);
        } catch (CommandFailure e) {
            if (e.getMessage() != null) terminal.warn(e.getMessage());
            String usage = terminal.isWg() ? command.usageOfWg() : command.usage();
            if (e.misused()) terminal.warn("Usage: " + before + usage);
            if (!terminal.isWg() && e.getMessage() != null) {
                Spelling.misspelled(e.getMessage(), arguments, words(command))
                        .ifPresent(word -> terminal.warn(suggestion(word)));
            }
            return 1;
        }
    }

    private static List<String> words(Command command) {
        return command.manual().words().stream().map(Manual.Word::word).toList();
    }

    private Optional<Command> command(String word) {
        return commands.stream().filter(command -> command.name().equals(word)).findFirst();
    }

    private int unknown(Terminal terminal, String word) {
        terminal.warn("Invalid subcommand: `" + word + "'");
        if (terminal.isWg()) {
            terminal.warn(Help.ofWg(terminal.program(), commands));
            return 1;
        }
        terminal.warn(
                Spelling.nearest(word, names())
                        .map(Adit::suggestion)
                        .orElse("See `" + terminal.program() + " help'."));
        return 1;
    }

    private List<String> names() {
        return Stream.concat(
                        commands.stream()
                                .filter(command -> command.summary() != null)
                                .map(Command::name),
                        Stream.of("help", "version", "--help", "--version"))
                .toList();
    }

    private static String suggestion(String word) {
        return "Did you mean `" + word + "'?";
    }

    /// The commands, in the order of the help.
    List<Command> commands() {
        return commands;
    }

    /// The names in `compat/bin` that stand in for programs other than wg(8) and wg-quick(8).
    private static final List<String> STAND_INS =
            List.of("ifconfig", "netstart", "route", "wireproxy");

    private static final List<String> ASKED = List.of("-h", "--help");

    /// The commands whose first argument is the name of an interface.
    private static final List<String> OF_INTERFACES =
            List.of("show", "showconf", "set", "setconf", "addconf", "syncconf", "resolve");

    private static final List<String> HELP = List.of("-h", "--help", "help");
    private static final List<String> VERSION = List.of("-v", "--version", "version");
}
