package dev.adit.tools.log;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// The destination of log lines: standard output, until it is closed, and then a file, which is
/// only created when debug messages are switched on at run time. Thread-safe.
///
/// Each line is one write, so that lines of several processes in one file do not mix. Lines that
/// cannot be written are dropped: a full disk must not stop a tunnel.
public final class LogOutput {
    private volatile OutputStream out;
    private final Verbosity verbosity;
    private volatile @Nullable LogFile file; // null while lines go to standard output
    private volatile @Nullable Path next;
    private volatile @Nullable LineQueue queue; // null while each thread writes its own lines

    /// Logs to `out`, which is not buffered.
    LogOutput(OutputStream out, Verbosity verbosity) {
        this.out = out;
        this.verbosity = verbosity;
    }

    /// The log of this program, with the verbosity that the environment sets.
    public static LogOutput system() {
        return SYSTEM;
    }

    /// Logs to standard error from now on, in a program whose standard output is for something
    /// else.
    public void toStandardError() {
        redirect(new FileOutputStream(FileDescriptor.err));
    }

    /// Logs to `other` from now on, which is not buffered.
    void redirect(OutputStream other) {
        out = other;
    }

    /// Names the file for debug messages after standard output is closed.
    public void keep(Path later) {
        next = later;
    }

    /// Lets a thread of its own write lines from now on, so that a stalled reader stops no thread
    /// that logs. Then [#flush] is needed at the end of the program.
    public void decouple() {
        queue = new LineQueue(this::writeNow);
    }

    /// Waits until all lines are written, or for a second.
    public void flush() {
        LineQueue lines = queue;
        if (lines != null) lines.flush(PATIENCE);
    }

    /// True when lines of that level are written.
    ///
    /// @param asked whether they are debug messages that were switched on at run time
    boolean shows(Level level, boolean asked) {
        if (level == Level.OFF) return false;
        if (asked) return true;
        LogFile instead = file;
        if (instead == null) return verbosity.shows(level);
        return instead.isOpen() && level.compareTo(Level.WARNING) >= 0;
    }

    /// Logs only debug messages switched on at run time from now on, and closes standard output, so
    /// that its reader sees the end.
    public void letGo() {
        flush();
        file = new LogFile(next);
        try {
            // Not under the lock, which a thread holds whose line is not read. The JDK keeps
            // descriptor 1 in use: it becomes /dev/null.
            out.close();
        } catch (IOException e) {
            // Then no reader was left.
        }
    }

    void write(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        LineQueue lines = queue;
        if (lines == null) writeNow(bytes);
        else lines.add(bytes);
    }

    private void writeNow(byte[] bytes) {
        LogFile instead = file;
        if (instead != null) {
            instead.write(bytes);
            return;
        }
        OutputStream to = out;
        synchronized (to) {
            try {
                to.write(bytes);
            } catch (IOException e) {
                // See above: dropped.
            }
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final LogOutput SYSTEM =
            new LogOutput(
                    new FileOutputStream(FileDescriptor.out),
                    Verbosity.of(System.getenv("LOG_LEVEL")));
}
