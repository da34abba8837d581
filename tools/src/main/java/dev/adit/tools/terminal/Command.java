package dev.adit.tools.terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// A subcommand of `adit`. Immutable.
public interface Command {
    /// The word that calls it.
    String name();

    /// One line for the list of commands, or null for a command that is not for people.
    @Nullable String summary();

    /// The words behind the program's name in its usage line: `show { <interface> | all }`.
    String usage();

    /// The usage line of wg(8), or null for a command that wg(8) does not have.
    default @Nullable String usageOfWg() {
        return null;
    }

    /// The help below the usage line.
    default Manual manual() {
        return Manual.of(summary() == null ? "" : summary() + ".");
    }

    /// Runs the command to its end.
    ///
    /// @param arguments the arguments behind its name
    /// @return the exit status: 0 or 1
    /// @throws CommandFailure to end with an error message and exit status 1
    /// @throws IOException when standard output cannot be written
    int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException;
}
