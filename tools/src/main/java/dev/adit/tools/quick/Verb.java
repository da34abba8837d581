package dev.adit.tools.quick;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.util.List;

/// A verb of wg-quick(8) as a command of `adit`. Immutable.
public record Verb(String name, String summary) implements Command {
    /// The commands for all verbs.
    public static List<Command> all() {
        return List.of(
                new Verb("up", "Sets up an interface from its configuration file"),
                new Verb("down", "Removes an interface, and undoes what `up' did for it"),
                new Verb("save", "Writes the state of an interface to its configuration file"),
                new Verb("strip", "Prints the part of a configuration file for `setconf'"));
    }

    @Override
    public String usage() {
        return name
                + (mayBeDry() ? " [--dry-run]" : "")
                + " { <configuration filename> | <interface> }";
    }

    @Override
    public Manual manual() {
        String about =
                switch (name) {
                    case "up" ->
                            """
                            Brings a tunnel up: interface, keys, peers, addresses, routes, name
                            servers, commands. If anything fails, undoes everything.\
                            """;
                    case "down" ->
                            """
                            Takes a tunnel down, and undoes everything that `up' did for it, even if
                            `up' or the daemon was killed half-way.\
                            """;
                    case "save" ->
                            """
                            Replaces a tunnel's configuration file with its present state.
                            Comments are lost.\
                            """;
                    default ->
                            """
                            Prints the part of a configuration file that is for `setconf', without
                            Address, DNS, PostUp and the like.\
                            """;
                };
        Manual manual = Manual.of(about);
        if (mayBeDry())
            manual = manual.with("--dry-run", "show what would be done, and do nothing");
        return manual.example("adit " + name + " wg0");
    }

    private boolean mayBeDry() {
        return name.equals("up") || name.equals("down");
    }

    /// Runs the verb that `arguments` begin with, as wg-quick(8) would.
    ///
    /// @return the exit status
    public static int runAsWgQuick(Terminal terminal, List<String> arguments) {
        boolean asked = arguments.size() == 1 && HELP.contains(arguments.getFirst());
        String verb = asked ? "up" : arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest =
                asked || arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        return Quick.run(verb, rest, terminal);
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) {
        return Quick.run(name, arguments, terminal);
    }

    private static final List<String> HELP = List.of("-h", "--help", "help");
}
