package dev.adit.tools.log;

import java.lang.System.Logger.Level;

/// How much is logged: the environment's `LOG_LEVEL`.
public enum Verbosity {
    /// Errors, and everything that administrators look for.
    VERBOSE(Level.DEBUG),
    /// Errors only.
    ERROR(Level.WARNING),
    /// Nothing.
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
        return level != Level.OFF && level.getSeverity() >= least.getSeverity();
    }
}
