package dev.adit.tools.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A command's streams and environment. Confined to the thread that runs it.
///
/// The streams are not buffered, so that no secret stays in a buffer that cannot be erased.
///
/// @param program the name that this program was called by
/// @param interactive true when `out` is a screen
public record Terminal(
        String program,
        InputStream in,
        OutputStream out,
        OutputStream err,
        Map<String, String> environment,
        boolean interactive) {

    /// The exit status that shells show for a program ended by SIGPIPE.
    public static final int UNREAD = 128 + 13;

    /// True when output failed because its reader is gone, as with a pipe into `head`; that needs
    /// no message.
    public static boolean isUnread(IOException failure) {
        return "Broken pipe".equals(failure.getMessage());
    }

    /// The terminal of this program, with the launcher's information about it.
    public static Terminal system() {
        return new Terminal(
                System.getProperty("adit.program", "adit"),
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                System.getenv(),
                Boolean.getBoolean("adit.terminal"));
    }

    /// The name that this program was called by, without folders.
    public String name() {
        return program.substring(program.lastIndexOf('/') + 1);
    }

    /// True when this program stands in for wg(8), and prints the same texts byte for byte.
    public boolean isWg() {
        return name().equals("wg");
    }

    /// Writes `line` and its end to standard output.
    public void print(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// Writes `line` and its end to standard error, without control characters. A failure to write
    /// is ignored.
    public void warn(String line) {
        try {
            err.write((Printable.of(line) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // There is no reader left.
        }
    }
}
