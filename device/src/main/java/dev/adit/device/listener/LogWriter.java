package dev.adit.device.listener;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;

/// Writes the messages of a device to its loggers, and switches debug messages on and off.
/// Thread-safe. While a level is off, a message costs the reading of a field.
///
/// Debug messages that are switched on at run time, although the logger leaves them out, go to a
/// logger of their own, `adit.debug.INTERFACE`, at info level.
final class LogWriter {
    private final System.Logger log;
    private final System.Logger asked;

    /// The destination of debug messages, or null while they are switched off.
    private volatile @Nullable Target target;

    private record Target(System.Logger log, Level level) {
        boolean isLoggable() {
            return log.isLoggable(level);
        }

        void write(String message) {
            log.log(level, message);
        }
    }

    LogWriter(String interfaceName) {
        log = System.getLogger("adit." + interfaceName);
        asked = System.getLogger("adit.debug." + interfaceName);
        target = new Target(log, Level.DEBUG);
    }

    /// Switches debug messages on, even if the logger leaves them out, or off.
    void debugging(boolean on) {
        if (!on) target = null;
        else if (log.isLoggable(Level.DEBUG)) target = new Target(log, Level.DEBUG);
        else target = new Target(asked, Level.INFO);
    }

    /// True while debug messages are written.
    boolean isDebugging() {
        Target now = target;
        return now != null && now.isLoggable();
    }

    /// True when messages at info level are written.
    boolean isInforming() {
        return log.isLoggable(Level.INFO) || isDebugging();
    }

    /// Writes a message that goes to debug level where there is no info level.
    void info(String message) {
        if (log.isLoggable(Level.INFO)) log.log(Level.INFO, message);
        else debug(message);
    }

    void error(String message) {
        log.log(Level.ERROR, message);
    }

    void error(String message, Throwable cause) {
        log.log(Level.ERROR, message, cause);
    }

    void debug(String message) {
        Target now = target;
        if (now != null) now.write(message);
    }
}
