package dev.adit.tools.daemon;

import java.util.List;

/// What `aditd` is asked to do. Immutable.
sealed interface CommandLine {
    /// To run an interface.
    ///
    /// Whether in the foreground is the launcher's business, as Java cannot fork.
    record Run(String name) implements CommandLine {}

    /// To say which version it is.
    record Version() implements CommandLine {}

    /// Nothing that makes sense.
    record Usage() implements CommandLine {}

    /// Reads `[-f|--foreground] NAME` or `--version`.
    static CommandLine parse(List<String> arguments) {
        if (arguments.equals(List.of("--version"))) return new Version();
        boolean foreground =
                arguments.size() == 2
                        && (arguments.get(0).equals("-f")
                                || arguments.get(0).equals("--foreground"));
        if (arguments.size() != 1 && !foreground) return new Usage();
        String name = arguments.getLast();
        return name.isEmpty() || name.startsWith("-") ? new Usage() : new Run(name);
    }
}
