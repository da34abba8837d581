package dev.adit.device.config.file;

import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.text.Redaction;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A configuration file that wg(8) refuses, with what is expected of it in its first three lines.
///
/// @param message what wg(8) prints, with secrets hidden
public record BrokenFile(Path file, Reason reason, int line, String message) {
    public static Stream<BrokenFile> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<BrokenFile> all = files.sorted().map(BrokenFile::read).toList();
            return all.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BrokenFile read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return new BrokenFile(
                    file,
                    Reason.valueOf(after("# reason: ", lines.get(0))),
                    Integer.parseInt(after("# line: ", lines.get(1))),
                    after("# message: ", lines.get(2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String after(String prefix, String line) {
        if (!line.startsWith(prefix)) throw new IllegalArgumentException(line);
        return line.substring(prefix.length());
    }

    /// True when the message hides a secret that wg(8) shows.
    public boolean hidesSecret() {
        return message.contains(Redaction.HIDDEN);
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }

    private static final Path FOLDER = Path.of("src/test/resources/broken");
}
