package dev.adit.it.lab;

import java.util.List;

/// How a command ended. Immutable.
///
/// @param status its exit status, or -1 when it was ended because it took too long
public record Outcome(List<String> command, int status, String out, String err) {

    /// True when the command succeeded.
    public boolean succeeded() {
        return status == 0;
    }

    /// This outcome.
    ///
    /// @throws AssertionError when the command failed
    public Outcome ok() {
        if (!succeeded()) throw new AssertionError(toString());
        return this;
    }

    /// The lines of its output, without empty ones.
    public List<String> lines() {
        return out.lines().filter(line -> !line.isBlank()).toList();
    }

    @Override
    public String toString() {
        String ended = status < 0 ? "took too long" : "ended with status " + status;
        return String.join(" ", command) + " " + ended + "\n" + out + err;
    }
}
