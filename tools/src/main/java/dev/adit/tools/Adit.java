package dev.adit.tools;

import dev.adit.tools.configure.ApplyFile;
import dev.adit.tools.configure.Set;
import dev.adit.tools.configure.ShowConf;
import dev.adit.tools.demo.Demo;
import dev.adit.tools.demo.DemoPeer;
import dev.adit.tools.ifconfig.IfConfig;
import dev.adit.tools.ifconfig.NetStart;
import dev.adit.tools.keys.GenerateKey;
import dev.adit.tools.keys.PublicKeyOf;
import dev.adit.tools.netbsd.WgConfig;
import dev.adit.tools.netbsd.WgKeygen;
import dev.adit.tools.quick.Verb;
import dev.adit.tools.show.Show;
import dev.adit.tools.terminal.About;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Failure;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// The program `adit`: finds the command and turns its outcome into an exit status. Immutable.
public final class Adit {
    private final List<Command> commands;

    Adit(List<Command> commands) {
        this.commands = List.copyOf(commands);
    }

    /// Runs `adit` with these arguments and exits.
    public static void main(String[] arguments) {
        int status = standard().run(Terminal.system(), List.of(arguments));
        // Nothing needs an orderly end, so the JVM may skip it.
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
                GenerateKey.privateKey(),
                GenerateKey.presharedKey(),
                new PublicKeyOf());
        commands.addAll(Verb.all());
        Collections.addAll(
                commands, new IfConfig(), new NetStart(), new WgConfig(), new WgKeygen());
        Collections.addAll(commands, new Demo(), new DemoPeer());
        return new Adit(commands);
    }

    /// Runs the command that `arguments` name; without any, `show`.
    ///
    /// @return the exit status: 0 or 1
    int run(Terminal terminal, List<String> arguments) {
        try {
            if (arguments.isEmpty()) return run(command("show").orElseThrow(), terminal, arguments);
            String word = arguments.getFirst();
            switch (word) {
                case "-h", "--help", "help" -> {
                    terminal.print(help(terminal.program()));
                    return 0;
                }
                case "-v", "--version", "version" -> {
                    terminal.print(About.heading());
                    return 0;
                }
                default -> {}
            }
            Optional<Command> command = command(word);
            if (command.isEmpty()) return unknown(terminal, word);
            return run(command.get(), terminal, arguments.subList(1, arguments.size()));
        } catch (IOException e) {
            terminal.warn(terminal.program() + ": cannot write the output: " + e.getMessage());
            return 1;
        }
    }

    private static int run(Command command, Terminal terminal, List<String> arguments)
            throws IOException {
        try {
            return command.run(terminal, arguments);
        } catch (Failure e) {
            if (e.getMessage() != null) terminal.warn(e.getMessage());
            if (e.misused()) terminal.warn("Usage: " + terminal.program() + " " + command.usage());
            return 1;
        }
    }

    private Optional<Command> command(String word) {
        return commands.stream().filter(command -> command.name().equals(word)).findFirst();
    }

    private int unknown(Terminal terminal, String word) {
        String suggestion =
                Spelling.nearest(word, commands.stream().map(Command::name).toList())
                        .map(name -> ". Did you mean `" + name + "'?")
                        .orElse(". See `" + terminal.program() + " help'.");
        terminal.warn("Invalid subcommand: `" + word + "'" + suggestion);
        return 1;
    }

    private String help(String program) {
        StringBuilder text = new StringBuilder("Usage: " + program + " <cmd> [<args>]\n\n");
        text.append("Available subcommands:\n");
        for (Command command : commands) {
            if (command.summary() == null) continue;
            text.append("  ").append(command.name()).append(": ").append(command.summary());
            text.append('\n');
        }
        return text.append("The daemon is `aditd'; see docs/ for both.").toString();
    }
}
