package dev.adit.tools.configure;

import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FileErrorText;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Arrays;

/// A file that holds one key in base64, as `wg set` reads it. Stateless.
final class KeyFile {
    /// Parses a key.
    interface Reader<K> {
        /// Reads a key.
        ///
        /// @param text 44 characters, which are erased afterwards
        K read(byte[] text) throws CommandFailure;
    }

    /// The key in `file`.
    ///
    /// @param none the key for an empty file
    static <K> K read(String file, K none, Reader<K> reader) throws CommandFailure {
        byte[] text = new byte[LENGTH];
        try (InputStream in = Files.newInputStream(FileErrorText.path(file))) {
            int length = in.readNBytes(text, 0, LENGTH);
            if (length == 0) return none;
            if (length < LENGTH) throw new CommandFailure("Invalid length key in key file");
            refuseMore(in);
            return reader.read(text);
        } catch (IOException e) {
            throw new CommandFailure("fopen: " + FileErrorText.of(e));
        } catch (InvalidPathException e) {
            throw new CommandFailure("fopen: " + e.getReason());
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /// Checks that only white space follows the key.
    private static void refuseMore(InputStream in) throws IOException, CommandFailure {
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c != ' ' && (c < '\t' || c > '\r')) {
                throw new CommandFailure(
                        "Found trailing character in key file: `" + (char) c + "'");
            }
        }
    }

    private static final int LENGTH = 44;

    private KeyFile() {}
}
