package dev.adit.tools.daemon;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// The parsed command line of `aditd`. Immutable.
///
/// @param name the interface to run, or empty
record CommandLine(Task task, String name) {
    enum Task {
        /// Run an interface. Running in the background is up to the launcher, as Java cannot fork.
        RUN,
        /// Print the version.
        VERSION,
        /// Print the usage, as the arguments are invalid.
        USAGE
    }

    /// Parses `[-f|--foreground] NAME`, in any order, or `--version`.
    static CommandLine parse(List<String> arguments) {
        if (arguments.equals(List.of("--version"))) return new CommandLine(Task.VERSION, "");
        List<String> names = arguments.stream().filter(word -> !FOREGROUND.contains(word)).toList();
        boolean once = arguments.size() - names.size() <= 1;
        if (once && names.size() == 1 && isName(names.getFirst())) {
            return new CommandLine(Task.RUN, names.getFirst());
        }
        return new CommandLine(Task.USAGE, "");
    }

    /// False also for a name with letters that the locale does not have, since files are named
    /// after it.
    private static boolean isName(String name) {
        if (name.isEmpty() || name.startsWith("-")) return false;
        try {
            Path _ = Path.of(name);
            return true;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static final List<String> FOREGROUND = List.of("-f", "--foreground");
}
