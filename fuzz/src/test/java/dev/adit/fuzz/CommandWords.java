package dev.adit.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The words of a command line, one in each line of an input, in which the names of key files are
/// those of a few that may be read. Immutable.
public final class CommandWords {
    private final List<String> files;

    /// Makes the files.
    public CommandWords() {
        try {
            Path key = Files.createTempFile("adit-fuzz", ".key");
            key.toFile().deleteOnExit();
            Files.writeString(key, "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n");
            Path bad = Files.createTempFile("adit-fuzz", ".bad");
            bad.toFile().deleteOnExit();
            Files.writeString(bad, "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LC==\n");
            files =
                    List.of(
                            key.toString(),
                            bad.toString(),
                            "/dev/null",
                            "/nonexistent/key",
                            "",
                            "\ud800");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The words of `text`; no word has a zero byte, as none of a command line has.
    ///
    /// @param before words that a file's name follows
    public List<String> of(String text, Set<String> before) {
        List<String> words = new ArrayList<>(List.of(text.replace("\0", "").split("\n", -1)));
        for (int i = 1; i < words.size(); i++) {
            if (before.contains(words.get(i - 1))) words.set(i, file(words.get(i)));
        }
        return words;
    }

    /// One of the files, chosen by `word`.
    public String file(String word) {
        return files.get((word.hashCode() & 0xff) % files.size());
    }
}
