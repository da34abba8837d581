package dev.adit.tools.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Where log lines go: standard output, until it is let go, and then a file, which is only made
/// when somebody asks for debug messages. Thread-safe.
///
/// Each line is one write, so that lines of several processes on one file do not mix. What cannot
/// be written is dropped: a full disk must not stop a tunnel.
public final class Console {
    private final OutputStream out;
    private final Verbosity verbosity;
    private volatile LogFile file; // null while lines go to standard output
    private volatile Path next;

    /// Logs to `out`, which is not buffered.
    Console(OutputStream out, Verbosity verbosity) {
        this.out = out;
        this.verbosity = verbosity;
    }

    /// The console of this program, as loud as the environment asks for.
    public static Console system() {
        return SYSTEM;
    }

    /// Names the file that is for what is asked for once standard output is let go.
    public void keep(Path later) {
        next = later;
    }

    /// Whether lines of that level are written.
    boolean shows(Level level) {
        LogFile instead = file;
        if (instead == null) return verbosity.shows(level);
        if (level == Level.INFO) return true;
        return instead.isOpen() && level != Level.OFF && level.compareTo(Level.WARNING) >= 0;
    }

    /// Logs no more than what is asked for from now on, and closes standard output, so that whoever
    /// reads it sees its end.
    public void letGo() {
        file = new LogFile(next);
        synchronized (out) {
            try {
                // The JDK keeps descriptor 1 taken: it becomes /dev/null.
                out.close();
            } catch (IOException e) {
                // Then there was nobody left to let go of.
            }
        }
    }

    void write(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        LogFile instead = file;
        if (instead != null) {
            instead.write(bytes);
            return;
        }
        synchronized (out) {
            try {
                out.write(bytes);
            } catch (IOException e) {
                // See above: dropped.
            }
        }
    }

    private static final Console SYSTEM =
            new Console(
                    new FileOutputStream(FileDescriptor.out),
                    Verbosity.of(System.getenv("LOG_LEVEL")));
}
