package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a test has measured: printed, and kept as `target/figures/NAME.md`, in the words in which
/// `docs/hardening.md` has it.
public final class MeasurementReport {
    private MeasurementReport() {}

    /// @param name of the file, the same for each run
    /// @param lines Markdown, in most cases rows of a table
    public static void keep(String name, List<String> lines) {
        try {
            Files.createDirectories(FOLDER);
            Files.write(FOLDER.resolve(name + ".md"), lines);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        lines.forEach(line -> System.out.println(name + ": " + line));
    }

    private static final Path FOLDER = Path.of("target", "figures");
}
