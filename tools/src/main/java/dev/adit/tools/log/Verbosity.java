package dev.adit.tools.log;

import java.lang.System.Logger.Level;

/// How much is logged: the environment's `LOG_LEVEL`.
public enum Verbosity {
    /// Errors, and everything that administrators look for.
    VERBOSE(Level.DEBUG),
    /// Errors, and what is asked for while the program runs.
    ERROR(Level.WARNING),
    /// Nothing but what is asked for while the program runs.
    SILENT(Level.OFF);

    private final Level least;

    Verbosity(Level least) {
        this.least = least;
    }

    /// What `LOG_LEVEL` asks for: `verbose` or `debug`, `silent`, and errors for everything else,
    /// null included.
    public static Verbosity of(String logLevel) {
        if (logLevel == null) return ERROR;
        return switch (logLevel) {
            case "verbose", "debug" -> VERBOSE;
            case "silent" -> SILENT;
            default -> ERROR;
        };
    }

    boolean shows(Level level) {
        // At the level in between is what somebody asked for.
        if (level == Level.INFO) return true;
        return level != Level.OFF && level.getSeverity() >= least.getSeverity();
    }
}
