package dev.adit.tools.terminal;

import org.jspecify.annotations.Nullable;

/// The failure of a command, with a message of one line for people.
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /// True when the usage line should follow.
    private final boolean misused;

    private CommandFailure(@Nullable String message, boolean misused) {
        super(message, null, false, false);
        this.misused = misused;
    }

    /// @param message the whole line, without the end of it
    public CommandFailure(String message) {
        this(message, false);
    }

    /// A failure because of a wrong argument: the usage line follows the message.
    public static CommandFailure usage(String message) {
        return new CommandFailure(message, true);
    }

    /// A failure because of a wrong number of arguments, without a message: the usage line explains
    /// it.
    public static CommandFailure usage() {
        return new CommandFailure(null, true);
    }

    /// True when the usage line should follow.
    public boolean misused() {
        return misused;
    }
}
