package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// One row of the tables in `src/test/resources/commands`: a shell script that calls `wg`.
/// Immutable.
///
/// In a table, `$` begins a script, which lines that are indented continue. Where the installed
/// `wg` is not the measure, `!` says why, and `=` begins the script that it has to run instead to
/// do what is expected. Other lines are for people.
///
/// @param reason why `expected` is another script, or null
/// @param expected what the installed `wg` runs
public record CommandRow(String table, String script, String reason, String expected) {

    /// The rows of all tables.
    public static List<CommandRow> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<CommandRow> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) all.addAll(read(file));
            return all;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<CommandRow> read(Path file) throws IOException {
        List<CommandRow> rows = new ArrayList<>();
        String[] parts = null;
        int part = 0;
        for (String line : Files.readAllLines(file)) {
            int mark =
                    line.length() > 1 && line.charAt(1) == ' ' ? MARKS.indexOf(line.charAt(0)) : -1;
            if (mark == 0) {
                if (parts != null) rows.add(row(file, parts));
                parts = new String[MARKS.length()];
            }
            if (mark >= 0) {
                part = mark;
                parts[part] = line.substring(2);
            } else if (line.startsWith("  ")) {
                parts[part] += "\n" + line.substring(2);
            }
        }
        if (parts != null) rows.add(row(file, parts));
        return rows;
    }

    private static CommandRow row(Path file, String[] parts) {
        boolean differs = parts[1] != null;
        if (differs != (parts[2] != null)) throw new IllegalArgumentException(parts[0]);
        String table = file.getFileName().toString().replace(".txt", "");
        return new CommandRow(table, parts[0], parts[1], differs ? parts[2] : parts[0]);
    }

    @Override
    public String toString() {
        return table + ": " + script.replace("\n", "; ");
    }

    private static final String MARKS = "$!=";
    private static final Path FOLDER = Path.of("src/test/resources/commands");
}
