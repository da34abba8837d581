package dev.adit.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Java sources that break a rule, written to a folder and compiled.
record Planted(Path folder) {

    /// Writes a compilation unit where its package clause wants it, and returns this.
    Planted write(String source) throws IOException {
        Matcher names = NAMES.matcher(source);
        if (!names.find()) throw new IllegalArgumentException(source);
        Path file =
                sources()
                        .resolve(names.group(1).replace('.', '/'))
                        .resolve(names.group(2) + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        return this;
    }

    /// All that was written, compiled.
    JavaClasses compile() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var tree = Files.walk(sources())) {
            tree.filter(f -> f.toString().endsWith(".java")).forEach(files::add);
        }
        Path classes = folder.resolve("classes");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of("-d", classes.toString(), "-proc:none", "-nowarn");
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled =
                    compiler.getTask(
                                    null,
                                    manager,
                                    null,
                                    options,
                                    null,
                                    manager.getJavaFileObjectsFromPaths(files))
                            .call();
            if (!compiled) throw new AssertionError("does not compile");
        }
        return Architecture.classes(classes);
    }

    /// The folder in which the sources lie.
    Path sources() {
        return folder.resolve("src");
    }

    private static final Pattern NAMES =
            Pattern.compile(
                    "package ([\\w.]+);.*?(?:class|interface|record|enum) (\\w+)", Pattern.DOTALL);
}
