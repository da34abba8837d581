package dev.adit.tools.terminal;

/// Why a command cannot do what was asked, in one line for people.
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /// True when the usage line should follow.
    private final boolean misused;

    private CommandFailure(String message, boolean misused) {
        super(message, null, false, false);
        this.misused = misused;
    }

    /// @param message the whole line, without the end of it
    public CommandFailure(String message) {
        this(message, false);
    }

    /// A wrong argument: the usage line follows the message.
    public static CommandFailure usage(String message) {
        return new CommandFailure(message, true);
    }

    /// A wrong number of arguments, about which the usage line says it all.
    public static CommandFailure usage() {
        return new CommandFailure(null, true);
    }

    /// True when the usage line should follow.
    public boolean misused() {
        return misused;
    }
}
