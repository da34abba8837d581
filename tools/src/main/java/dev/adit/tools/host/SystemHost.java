package dev.adit.tools.host;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The operating system: queries, and commands that change it.
public interface SystemHost {
    /// Runs a command that changes nothing and returns its output. A missing command counts as
    /// failed.
    Answer query(String... argv);

    /// Runs a command to its end, with our standard output and error.
    ///
    /// @param input its standard input, or null for ours
    /// @return its exit status
    /// @throws IOException when it cannot be started
    int run(List<String> argv, @Nullable String input) throws IOException;

    /// This host, with our stand-ins for other programs taking precedence over those.
    default SystemHost withCompatibility() {
        return this;
    }

    /// The path of the program of that name.
    Optional<Path> find(String program);

    /// The text of a small file; empty when it cannot be read.
    Optional<String> text(Path file);

    /// True when this is a symbolic link.
    boolean isLink(Path file);

    /// The answer to a query.
    ///
    /// @param succeeded whether the exit status was 0
    /// @param text the standard output
    record Answer(boolean succeeded, String text) {
        public static final Answer FAILED = new Answer(false, "");
    }
}
