import com.google.googlejavaformat.java.Main;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Checks that every Java file is formatted, or formats it: `Format.java check|apply ROOT`.
///
/// google-java-format in its 4-space style, no options of our own. It runs under the JDK that the
/// build compiles with, because a formatter has to parse the language level of the sources.
public final class Format {
    public static void main(String[] args) throws Exception {
        List<String> options = new ArrayList<>(List.of("--aosp"));
        options.addAll(
                args[0].equals("apply")
                        ? List.of("--replace")
                        : List.of("--dry-run", "--set-exit-if-changed"));
        try (Stream<Path> tree = Files.walk(Path.of(args[1]))) {
            tree.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .forEach(file -> options.add(file.toString()));
        }
        int status =
                new Main(
                                new PrintWriter(System.out, true),
                                new PrintWriter(System.err, true),
                                InputStream.nullInputStream())
                        .format(options.toArray(String[]::new));
        if (status != 0 && args[0].equals("check")) {
            System.err.println(
                    "The files above are not formatted: run ./mvnw -N -Pformat validate");
        }
        System.exit(status);
    }

    private Format() {}
}
