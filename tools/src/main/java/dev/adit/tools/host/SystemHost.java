package dev.adit.tools.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The system: what can be asked of it, and the commands that change it.
public interface SystemHost {
    /// What a command that changes nothing says. One that is not there fails.
    Answer query(String... argv);

    /// Runs a command to its end, with our standard output and error.
    ///
    /// @param input its standard input, or null for ours
    /// @return its exit status
    /// @throws IOException when it cannot be started
    int run(List<String> argv, String input) throws IOException;

    /// The same with our programs that stand in for others of their name before those others.
    default SystemHost withCompatibility() {
        return this;
    }

    /// Where the program of that name is.
    Optional<Path> find(String program);

    /// What stands in a small file; empty when it cannot be read.
    Optional<String> text(Path file);

    /// Whether this is a symbolic link.
    boolean isLink(Path file);

    /// The answer to a query.
    ///
    /// @param succeeded whether the exit status was 0
    /// @param text the standard output
    record Answer(boolean succeeded, String text) {
        public static final Answer FAILED = new Answer(false, "");
    }
}
