package dev.adit.tools.daemon;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// What `aditd` is asked to do. Immutable.
///
/// @param name the interface to run, or empty
record CommandLine(Task task, String name) {
    enum Task {
        /// To run an interface. Whether in the foreground is the launcher's business, as Java
        /// cannot fork.
        RUN,
        /// To say which version it is.
        VERSION,
        /// Nothing that makes sense.
        USAGE
    }

    /// Reads `[-f|--foreground] NAME`, in any order, or `--version`.
    static CommandLine parse(List<String> arguments) {
        if (arguments.equals(List.of("--version"))) return new CommandLine(Task.VERSION, "");
        List<String> names = arguments.stream().filter(word -> !FOREGROUND.contains(word)).toList();
        boolean once = arguments.size() - names.size() <= 1;
        if (once && names.size() == 1 && isName(names.getFirst())) {
            return new CommandLine(Task.RUN, names.getFirst());
        }
        return new CommandLine(Task.USAGE, "");
    }

    /// False also for one with letters that the locale does not have: files are named after it.
    private static boolean isName(String name) {
        if (name.isEmpty() || name.startsWith("-")) return false;
        try {
            Path.of(name);
            return true;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static final List<String> FOREGROUND = List.of("-f", "--foreground");
}
