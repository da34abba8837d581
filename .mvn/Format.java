import com.google.googlejavaformat.java.Main;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Checks that every Java file is formatted, or formats it: `Format.java check|apply ROOT`.
///
/// google-java-format in its 4-space style, no options of our own. It runs under the JDK that the
/// build compiles with, because a formatter has to parse the language level of the sources.
///
/// Files that were formatted at the last run and have the same size and time since are not looked
/// at again: `target/format/formatted` lists them, behind the identity of the formatter.
public final class Format {
    public static void main(String[] args) throws Exception {
        boolean check = args[0].equals("check");
        Path root = Path.of(args[1]), record = root.resolve("target/format/formatted");
        List<Path> files = sources(root);
        Set<String> before = new TreeSet<>();
        for (Path file : files) before.add(state(file));
        Set<String> formatted = new TreeSet<>();
        if (Files.exists(record)) formatted.addAll(Files.readAllLines(record));
        if (!formatted.contains(formatter(root))) formatted.clear();

        List<String> options = new ArrayList<>(List.of("--aosp"));
        options.addAll(
                check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
        int fixed = options.size();
        for (Path file : files) {
            if (!formatted.contains(state(file))) options.add(file.toString());
        }
        int status = options.size() == fixed ? 0 : run(options);
        if (status == 0) remember(root, record, files, before);
        else if (check) {
            System.err.println(
                    "The files above are not formatted: run ./mvnw -N -Pformat validate");
        }
        System.exit(status);
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static int run(List<String> options) throws Exception {
        return new Main(
                        new PrintWriter(System.out, true),
                        new PrintWriter(System.err, true),
                        InputStream.nullInputStream())
                .format(options.toArray(String[]::new));
    }

    /// A file that was just changed may change again: one pass of the formatter is not always
    /// enough.
    private static void remember(Path root, Path record, List<Path> files, Set<String> before)
            throws IOException {
        List<String> lines = new ArrayList<>(List.of(formatter(root)));
        for (Path file : files) {
            if (before.contains(state(file))) lines.add(state(file));
        }
        Files.write(record, lines);
    }

    /// Another formatter may want another format.
    private static String formatter(Path root) throws IOException {
        return "formatter " + Files.size(root.resolve("target/format/google-java-format.jar"));
    }

    private static String state(Path file) throws IOException {
        return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() + " " + file;
    }

    private Format() {}
}
