package dev.adit.tools.terminal;

/// Why a command cannot do what was asked, in one line for people.
public final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    /// True when the usage line should follow.
    private final boolean misused;

    private Failure(String message, boolean misused) {
        super(message, null, false, false);
        this.misused = misused;
    }

    /// @param message the whole line, without the end of it
    public Failure(String message) {
        this(message, false);
    }

    /// A wrong argument: the usage line follows the message.
    public static Failure usage(String message) {
        return new Failure(message, true);
    }

    /// A wrong number of arguments, about which the usage line says it all.
    public static Failure usage() {
        return new Failure(null, true);
    }

    /// True when the usage line should follow.
    public boolean misused() {
        return misused;
    }
}
