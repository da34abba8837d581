package dev.adit.tools.ifconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.FixedResolver;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.tools.terminal.CommandFailure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A hostname.if file: a message that says which file and line, or lines that each ask for what
/// they say, in order.
public final class HostnameFileFuzz implements Target {
    private final Path path;

    public HostnameFileFuzz() {
        try {
            Path folder = Files.createTempDirectory("adit-fuzz");
            path = folder.resolve("hostname.wg0");
            folder.toFile().deleteOnExit();
            path.toFile().deleteOnExit(); // before its folder
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void take(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        boolean raw = input.below(16) == 15;
        byte[] bytesOfFile = raw ? input.rest() : input.text().getBytes(StandardCharsets.UTF_8);
        String text = new String(bytesOfFile, StandardCharsets.ISO_8859_1);
        if (text.contains("file:")) return; // reads files of any name
        Files.write(path, bytesOfFile);
        HostnameFile file;
        try {
            file = HostnameFile.read(path, new FixedResolver());
        } catch (CommandFailure refused) {
            assertThat(refused.getMessage()).startsWith(path + ":");
            return;
        }
        List<String> lines = text.lines().toList();
        boolean plain = text.chars().noneMatch(SPECIAL::contains) && !text.contains("dest");
        int number = 0;
        for (HostnameFile.Line line : file.lines()) {
            assertThat(line.number()).isBetween(number + 1, lines.size());
            number = line.number();
            check(line, lines.get(number - 1).strip(), plain);
        }
    }

    private static void check(HostnameFile.Line line, String text, boolean plain) {
        assertThat((line.command() == null) != (line.assignment() == null)).isTrue();
        if (line.command() != null) {
            assertThat(text).startsWith("!");
            assertThat(line.command()).doesNotContain("$if");
            return;
        }
        if (plain) sameAsWords(line, text);
        IfConfigFuzz.check(line.assignment());
    }

    /// Quotes, comments and joined lines.
    private static final Set<Integer> SPECIAL =
            Set.of((int) '"', (int) '\'', (int) '\\', (int) '#', (int) ';');

    /// Without any of these, words are what is between white space.
    private static void sameAsWords(HostnameFile.Line line, String text) {
        List<String> words = Arrays.stream(text.split("\\p{javaWhitespace}+")).toList();
        try {
            IfConfigLine same =
                    new LineParser(words, new FixedResolver(), new KeySource(null), true).parse();
            assertThat(line.assignment().actions()).isEqualTo(same.actions());
        } catch (CommandFailure e) {
            throw new AssertionError("a line was taken, and then its words were refused", e);
        }
    }
}
