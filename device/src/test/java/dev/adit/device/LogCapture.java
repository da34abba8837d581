package dev.adit.device;

import dev.adit.testkit.Await;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What devices log while this is open, at every level. Thread-safe.
final class LogCapture extends Handler {
    private final List<LogRecord> records = new ArrayList<>(); // guarded by this
    private volatile Predicate<String> refused = message -> false;

    static LogCapture open() {
        LogCapture log = new LogCapture();
        ROOT.addHandler(log);
        ROOT.setLevel(Level.ALL);
        return log;
    }

    /// Keeps what devices log off the console, where only what tests say belongs.
    static void hush() {
        ROOT.setUseParentHandlers(false);
    }

    @Override
    public void publish(LogRecord entry) {
        if (refused.test(entry.getMessage())) throw new OutOfMemoryError("no room for a line");
        synchronized (this) {
            records.add(entry);
        }
    }

    /// Has the log fail where it is to take such a message.
    void refuse(Predicate<String> match) {
        refused = match;
    }

    /// What the device of `site` has logged with a message, or null.
    synchronized Throwable thrown(DeviceFixture site, String message) {
        return records.stream()
                .filter(entry -> entry.getLoggerName().equals("adit." + site.tun.name()))
                .filter(entry -> entry.getMessage().equals(message))
                .map(LogRecord::getThrown)
                .findFirst()
                .orElse(null);
    }

    /// The messages that the device of `site` has logged.
    synchronized List<String> messages(DeviceFixture site) {
        return records.stream()
                .filter(entry -> entry.getLoggerName().equals("adit." + site.tun.name()))
                .map(LogRecord::getMessage)
                .toList();
    }

    synchronized List<String> messages(DeviceFixture site, Level level) {
        return records.stream()
                .filter(entry -> entry.getLoggerName().equals("adit." + site.tun.name()))
                .filter(entry -> entry.getLevel().equals(level))
                .map(LogRecord::getMessage)
                .toList();
    }

    /// What was asked for at run time of the device of `site`, where debug messages are left out.
    synchronized List<String> asked(DeviceFixture site) {
        return records.stream()
                .filter(entry -> entry.getLoggerName().equals("adit.debug." + site.tun.name()))
                .map(LogRecord::getMessage)
                .toList();
    }

    /// Has loggers leave out what is at debug level, as they do where nobody says otherwise.
    void leaveOutDebugMessages() {
        ROOT.setLevel(Level.INFO);
    }

    /// Waits until the device of `site` has logged a message that matches.
    void await(DeviceFixture site, Predicate<String> match) {
        Await.until(
                "a message in " + messages(site), () -> messages(site).stream().anyMatch(match));
    }

    /// Waits until the device of `site` has logged `message`.
    void await(DeviceFixture site, String message) {
        Await.until("\"" + message + "\"", () -> messages(site).contains(message));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        ROOT.removeHandler(this);
        ROOT.setLevel(Level.INFO);
    }

    private static final Logger ROOT = Logger.getLogger("adit"); // held, or it would be forgotten
}
