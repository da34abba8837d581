package dev.adit.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The Java files below one folder.
record Sources(Path root) {

    /// The folders with Java files of which none is `package-info.java`.
    List<String> withoutPackageInfo() throws IOException {
        return javaFiles().stream()
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !folder.equals(root)) // module-info.java lies there
                .filter(folder -> Files.notExists(folder.resolve("package-info.java")))
                .map(folder -> root.relativize(folder) + " has no package-info.java")
                .toList();
    }

    /// The packages of ours that each package imports from. Constants are compiled into the classes
    /// that use them, so the classes do not tell all of them.
    Map<String, Set<String>> imports() throws IOException {
        Map<String, Set<String>> imports = new TreeMap<>();
        for (Path file : javaFiles()) {
            String from = root.relativize(file.getParent()).toString().replace('/', '.');
            Matcher matcher = IMPORT.matcher(Files.readString(file));
            while (matcher.find()) {
                imports.computeIfAbsent(from, name -> new TreeSet<>()).add(matcher.group(1));
            }
        }
        return imports;
    }

    /// The files of more than `lines` lines.
    List<String> filesLongerThan(int lines) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : javaFiles()) {
            int length = Files.readAllLines(file).size();
            if (length > lines) found.add(root.relativize(file) + " has " + length + " lines");
        }
        return found;
    }

    /// The methods and constructors of more than `lines` lines, documentation not counted.
    List<String> methodsLongerThan(int lines) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = javaFiles();
            if (paths.isEmpty()) return found;
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    null,
                                    null,
                                    files.getJavaFileObjectsFromPaths(paths));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new LongMethods(unit, positions, lines, found).scan(unit, "");
            }
        }
        return found;
    }

    private static final Pattern IMPORT =
            Pattern.compile(
                    "^import (?:static )?(dev\\.adit(?:\\.[a-z]\\w*)*)\\.[A-Z]", Pattern.MULTILINE);

    private List<Path> javaFiles() throws IOException {
        if (Files.notExists(root)) return List.of();
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    /// Finds long methods in one file; the parameter is the class around.
    private static final class LongMethods extends TreeScanner<Void, String> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final int limit;
        private final List<String> found;

        LongMethods(
                CompilationUnitTree unit,
                SourcePositions positions,
                int limit,
                List<String> found) {
            this.unit = unit;
            this.positions = positions;
            this.limit = limit;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree type, String around) {
            return super.visitClass(type, type.getSimpleName().toString());
        }

        @Override
        public Void visitMethod(MethodTree method, String around) {
            int length = lines(method);
            if (length > limit) {
                found.add(around + "." + method.getName() + " has " + length + " lines");
            }
            return super.visitMethod(method, around);
        }

        private int lines(Tree tree) {
            LineMap map = unit.getLineMap();
            long start = positions.getStartPosition(unit, tree);
            long end = positions.getEndPosition(unit, tree);
            return (int) (map.getLineNumber(end) - map.getLineNumber(start) + 1);
        }
    }
}
