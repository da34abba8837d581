package dev.adit.tools.log;

import java.util.ResourceBundle;

/// Provides the loggers of our modules, which write to the [LogOutput], with the last part of the
/// logger's name in the line: that of an interface, `wg0`, for `adit.wg0`, and for
/// `adit.debug.wg0`, whose messages are switched on at run time and always shown. Thread-safe.
///
/// The JDK's own loggers write nothing: this program itself reports everything that concerns
/// administrators.
public final class ConsoleLoggerFinder extends System.LoggerFinder {
    @Override
    public System.Logger getLogger(String name, Module module) {
        if (name.startsWith(ASKED)) {
            return new ConsoleLogger(name.substring(ASKED.length()), LogOutput.system(), true);
        }
        if (name.startsWith(INTERFACE)) return logger(name.substring(INTERFACE.length()));
        if (name.startsWith(PACKAGE)) return logger(name.substring(name.lastIndexOf('.') + 1));
        return new Mute(name);
    }

    private static System.Logger logger(String shown) {
        return new ConsoleLogger(shown, LogOutput.system());
    }

    private record Mute(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return false;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {}

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... values) {}
    }

    private static final String ASKED = "adit.debug.";
    private static final String INTERFACE = "adit.";
    private static final String PACKAGE = "dev.adit.";
}
