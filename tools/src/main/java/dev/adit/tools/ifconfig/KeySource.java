package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FileErrorText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Arrays;

/// Reads keys from a source named on the command line, so that they need not be on it: every user
/// can read the command lines of all processes. Confined to one thread.
///
/// `-` is a line of standard input, `file:PATH` the first line of a file. Neither can be mistaken
/// for a key in base64, which has no colon and is longer than one character.
final class KeySource {
    private final @Nullable InputStream in; // or null

    /// @param in standard input, or null when keys cannot come from there
    KeySource(@Nullable InputStream in) {
        this.in = in;
    }

    /// True when `text` names a source, and is not a key itself.
    static boolean isNamedBy(String text) {
        return text.equals("-") || text.startsWith(FILE);
    }

    /// Reads the key as characters; the caller erases them.
    ///
    /// @param word the word of the command line that needs it
    byte[] read(String word, String text) throws CommandFailure {
        if (!text.equals("-")) return readFile(word, text.substring(FILE.length()));
        if (in == null)
            throw new CommandFailure(word + ": a key cannot come from standard input here");
        try {
            return line(in);
        } catch (IOException e) {
            throw new CommandFailure(word + " -: " + FileErrorText.of(e));
        }
    }

    private static byte[] readFile(String word, String path) throws CommandFailure {
        try (InputStream file = Files.newInputStream(FileErrorText.path(path))) {
            return line(file);
        } catch (IOException e) {
            throw new CommandFailure(word + " " + FILE + path + ": " + FileErrorText.of(e));
        } catch (InvalidPathException e) {
            throw new CommandFailure(word + " " + FILE + path + ": " + e.getReason());
        }
    }

    /// Reads a line without trailing white space, no further than its end, since several keys may
    /// come one after the other. A line that is too long is cut behind the length of a key.
    private static byte[] line(InputStream in) throws IOException {
        byte[] line = new byte[MAX];
        try {
            int length = 0;
            for (int c = in.read(); c >= 0 && c != '\n' && length < MAX; c = in.read()) {
                line[length++] = (byte) c;
            }
            while (length > 0 && line[length - 1] <= ' ' && line[length - 1] > 0) length--;
            return Arrays.copyOf(line, length);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private static final String FILE = "file:";

    /// The length of a key, and room to notice that a line is longer.
    private static final int MAX = 64;
}
