package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Java programs of a user without any right, on a machine without `/dev/net/tun`, and without
/// native code: neither `os` nor `libcrypto` is on their class path. Their classes are copies,
/// since only root can read the build. Immutable.
public final class UnprivilegedProgram {
    private final String classPath;

    private UnprivilegedProgram(String classPath) {
        this.classPath = classPath;
    }

    /// Programs that need what the tests of this module have on their class path, copied to
    /// `folder`, which is made readable for all.
    ///
    /// Skips the test where the tools are missing.
    public static UnprivilegedProgram in(Path folder) {
        Software.requireTool("setpriv");
        Software.requireTool("unshare");
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            List<String> copies = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(":")) {
                Path from = Path.of(entry);
                if (!Files.exists(from) || isNative(from)) continue;
                Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                Files.walkFileTree(from, new ReadableCopy(from, to));
                copies.add(to.toString());
            }
            return new UnprivilegedProgram(String.join(":", copies));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// True for a folder or jar of a module that calls native code.
    private static boolean isNative(Path entry) throws IOException {
        if (Files.isDirectory(entry)) return NATIVE.stream().anyMatch(n -> holds(entry, n));
        try (FileSystem jar = FileSystems.newFileSystem(entry)) {
            return NATIVE.stream().anyMatch(name -> holds(jar.getPath("/"), name));
        }
    }

    private static boolean holds(Path root, String name) {
        return Files.exists(root.resolve(name));
    }

    /// Writes a file that the programs can read.
    public static Path readable(Path file, String text) {
        try {
            Files.writeString(file, text);
            return Files.setPosixFilePermissions(file, FILE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The command that runs a program in `netns` without any right.
    public Command in(Netns netns, Class<?> program, String... arguments) {
        return in(netns, program.getName(), arguments);
    }

    /// The same for a class by its name, or a source file.
    public Command in(Netns netns, String program, String... arguments) {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount -t tmpfs none /dev/net && exec setpriv --reuid=65534"
                                        + " --regid=65534 --clear-groups --no-new-privs"
                                        + " --bounding-set=-all --inh-caps=-all \"$@\"",
                                "sh"));
        argv.addAll(java(program, arguments));
        return netns.command(argv.toArray(String[]::new));
    }

    /// The command that runs a program in `netns` as root.
    public Command asRoot(Netns netns, Class<?> program, String... arguments) {
        return netns.command(java(program.getName(), arguments).toArray(String[]::new));
    }

    private List<String> java(String program, String... arguments) {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx256m",
                                "-cp",
                                classPath,
                                program));
        argv.addAll(List.of(arguments));
        return argv;
    }

    /// Copies files and folders, readable for all.
    private static final class ReadableCopy extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        ReadableCopy(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        private Path target(Path path) {
            return path.equals(from) ? to : to.resolve(from.relativize(path).toString());
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a)
                throws IOException {
            Files.createDirectory(target(folder));
            Files.setPosixFilePermissions(
                    target(folder), PosixFilePermissions.fromString("rwxr-xr-x"));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.copy(file, target(file));
            Files.setPosixFilePermissions(target(file), FILE);
            return FileVisitResult.CONTINUE;
        }
    }

    /// What the modules with native code provide.
    private static final List<String> NATIVE =
            List.of(
                    "META-INF/services/dev.adit.ip.port.BindFactory",
                    "META-INF/services/dev.adit.protocol.crypto.spi.CryptoProvider");

    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("rw-r--r--");
}
