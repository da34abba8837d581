package dev.adit.device.uapi;

import java.text.MessageFormat;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps what is logged as `LEVEL text`. Thread-safe.
final class FakeLog implements System.Logger {
    final List<String> entries = new CopyOnWriteArrayList<>();

    @Override
    public String getName() {
        return "fake";
    }

    @Override
    public boolean isLoggable(Level level) {
        return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
        entries.add(level + " " + text + " " + thrown);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {
        entries.add(level + " " + MessageFormat.format(format, params));
    }
}
