package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that runs beside the test, until it ends by itself or is closed.
public final class Running implements AutoCloseable {
    private final List<String> command;
    private final Process process;
    private final TemporaryFolder folder;
    private final Path log;

    Running(List<String> command, Process process, TemporaryFolder folder, Path log) {
        this.command = command;
        this.process = process;
        this.folder = folder;
        this.log = log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /// What it has written so far.
    public String output() {
        try {
            return Command.read(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Waits until its output contains `text`.
    public void awaitOutput(String text) {
        Await.until(
                () -> command + " says \"" + text + "\" and not: " + output(),
                Duration.ofSeconds(10),
                () -> output().contains(text) || !alive());
    }

    /// Sends SIGTERM.
    public void terminate() {
        process.destroy();
    }

    /// Waits until it has ended, but not longer than `limit`. False if it still runs.
    public boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Its outcome once it has ended.
    public Outcome outcome(Duration limit) {
        boolean ended = endsWithin(limit);
        return new Outcome(command, ended ? process.exitValue() : -1, output(), "");
    }

    /// Ends it with SIGTERM, and with SIGKILL if it does not obey.
    @Override
    public void close() {
        process.destroy();
        if (!endsWithin(Duration.ofSeconds(5))) {
            process.destroyForcibly();
            endsWithin(Duration.ofSeconds(5));
        }
        folder.close();
    }
}
