package dev.adit.tools.log;

import java.lang.System.Logger.Level;

/// How much is logged without being asked for at run time: the environment's `LOG_LEVEL`.
public enum Verbosity {
    /// Everything, down to single handshakes and dropped packets.
    VERBOSE(Level.DEBUG),
    /// Errors, and what happens to a tunnel that works: up, down, sessions, endpoints that move.
    INFO(Level.INFO),
    /// Errors.
    ERROR(Level.WARNING),
    /// Nothing.
    SILENT(Level.OFF);

    private final Level least;

    Verbosity(Level least) {
        this.least = least;
    }

    /// What `LOG_LEVEL` asks for: `verbose` or `debug`, `info`, `silent`, and errors for everything
    /// else, null included.
    public static Verbosity of(String logLevel) {
        if (logLevel == null) return ERROR;
        return switch (logLevel) {
            case "verbose", "debug" -> VERBOSE;
            case "info" -> INFO;
            case "silent" -> SILENT;
            default -> ERROR;
        };
    }

    boolean shows(Level level) {
        return level != Level.OFF && level.getSeverity() >= least.getSeverity();
    }
}
