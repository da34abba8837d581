package dev.adit.tools.log;

import org.jspecify.annotations.Nullable;

import java.text.MessageFormat;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ResourceBundle;

/// A logger that names an interface in each line. Thread-safe.
///
/// One for debug messages that were switched on at run time shows them whatever the console's
/// verbosity.
final class ConsoleLogger implements System.Logger {
    private final String name;
    private final LogOutput console;
    private final boolean asked;

    ConsoleLogger(String name, LogOutput console) {
        this(name, console, false);
    }

    ConsoleLogger(String name, LogOutput console, boolean asked) {
        this.asked = asked;
        this.name = name;
        this.console = console;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return console.shows(level, asked);
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
        if (!isLoggable(level)) return;
        write(level, thrown == null ? text : text + ": " + LogLine.describe(thrown));
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            String format,
            Object @Nullable ... values) {
        if (!isLoggable(level)) return;
        boolean plain = values == null || values.length == 0;
        write(level, plain ? format : MessageFormat.format(format, values));
    }

    private void write(Level level, String text) {
        Level shown = asked ? Level.DEBUG : level;
        console.write(
                LogLine.format(
                        shown,
                        name,
                        LocalDateTime.now(ZoneId.systemDefault()),
                        String.valueOf(text)));
    }
}
