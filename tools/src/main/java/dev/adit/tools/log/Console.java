package dev.adit.tools.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Where log lines go: standard output, until it is let go. Thread-safe.
///
/// Each line is one write, so that lines of several processes on one file do not mix. What cannot
/// be written is dropped: a full disk must not stop a tunnel.
public final class Console {
    private final OutputStream out;
    private volatile Verbosity verbosity;

    /// Logs to `out`, which is not buffered.
    Console(OutputStream out, Verbosity verbosity) {
        this.out = out;
        this.verbosity = verbosity;
    }

    /// The console of this program, as loud as the environment asks for.
    public static Console system() {
        return SYSTEM;
    }

    /// How much is logged.
    public Verbosity verbosity() {
        return verbosity;
    }

    /// Logs nothing from now on and closes standard output, so that whoever reads it sees its end.
    public void letGo() {
        verbosity = Verbosity.SILENT;
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
