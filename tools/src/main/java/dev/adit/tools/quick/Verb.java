package dev.adit.tools.quick;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Terminal;

import java.util.List;

/// A verb of wg-quick(8) as a command of `adit`. Immutable.
public record Verb(String name, String summary) implements Command {
    /// All of them.
    public static List<Command> all() {
        return List.of(
                new Verb("up", "Sets up an interface as its configuration file says"),
                new Verb("down", "Takes an interface down, with all that `up' did for it"),
                new Verb("save", "Writes the state of an interface to its configuration file"),
                new Verb("strip", "Shows what of a configuration file is for `setconf'"));
    }

    @Override
    public String usage() {
        boolean dry = name.equals("up") || name.equals("down");
        return name + (dry ? " [--dry-run]" : "") + " { <configuration filename> | <interface> }";
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) {
        return Quick.run(name, arguments, terminal.environment(), terminal.out(), terminal.err());
    }
}
