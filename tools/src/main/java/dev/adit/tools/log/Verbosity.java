package dev.adit.tools.log;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;

/// The level of logging set by the environment's `LOG_LEVEL`; debug messages can also be switched
/// on at run time.
public enum Verbosity {
    /// Everything, down to single handshakes and dropped packets.
    VERBOSE(Level.DEBUG),
    /// Errors, and events of a working tunnel: up, down, sessions, endpoints that move.
    INFO(Level.INFO),
    /// Errors.
    ERROR(Level.WARNING),
    /// Nothing.
    SILENT(Level.OFF);

    private final Level least;

    Verbosity(Level least) {
        this.least = least;
    }

    /// Parses `LOG_LEVEL`: `verbose` or `debug`, `info`, `silent`; anything else, including null,
    /// means errors only.
    public static Verbosity of(@Nullable String logLevel) {
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
