package dev.adit.tools.netbsd;

import dev.adit.tools.terminal.CommandFailure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// A file that begins with a key in base64; the rest is ignored. Stateless.
final class NetBsdKeyFile {
    /// Parses a key.
    interface Reader<K> {
        /// Parses `length` characters at `from`; empty when they are not a key.
        Optional<K> read(byte[] text, int from, int length);
    }

    static <K> K read(String file, Reader<K> reader) throws CommandFailure {
        byte[] text = new byte[LENGTH];
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            int length = in.readNBytes(text, 0, LENGTH);
            if (length < LENGTH) throw WgConfigFailure.of("base64 key len is short: " + length);
            return reader.read(text, 0, LENGTH).orElseThrow(() -> WgConfigFailure.of(NOT_BASE64));
        } catch (NoSuchFileException | InvalidPathException e) {
            throw WgConfigFailure.of("fopen: No such file or directory");
        } catch (AccessDeniedException e) {
            throw WgConfigFailure.of("fopen: Permission denied");
        } catch (IOException e) {
            throw WgConfigFailure.of("fopen: " + e.getMessage());
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /// The length of a key in characters.
    static final int LENGTH = 44;

    static final String NOT_BASE64 = "b64_pton failed";

    private NetBsdKeyFile() {}
}
