package dev.adit.tools.launch;

import dev.adit.tools.terminal.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A checkout with the real launchers, and with a Maven and a JDK that only say how they were
/// called.
final class Checkout {
    final Path root;
    final Map<String, String> environment = new HashMap<>();
    private String shell = "sh";

    /// Makes one in `root`, whose name should have a space.
    Checkout(Path root) throws IOException {
        this.root = root;
        for (String file : FILES) {
            Path copy = root.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(REAL.resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        write("pom.xml", "");
        write(".mvn/settings", "");
        for (String module : Stream.concat(MODULES.stream(), Stream.of(VECTOR)).toList()) {
            write(module + "/pom.xml", "");
            write(module + "/src/main/java/A.java", "");
        }
        script("mvnw", MAVEN);
        environment.put("JAVA_HOME", jdk("jdk", "25.0.1", JAVA).toString());
        environment.put("LOG", root.resolve("log").toString());
        environment.put("ADIT_JAVA_OPTS", "");
    }

    /// Makes one that can be installed, too.
    static Checkout withAllThatIsInstalled(Path root) throws IOException {
        Checkout checkout = new Checkout(root);
        for (String file : List.of("LICENSE", "SECURITY.md", "dist", "docs/man")) {
            Files.createDirectories(root.resolve(file).getParent());
            copy(REAL.resolve(file), root.resolve(file));
        }
        return checkout;
    }

    /// Makes one whose modules are those under test, and which builds nothing.
    static Checkout withOurModules(Path root) throws IOException {
        Checkout checkout = new Checkout(root);
        String current = String.join("\n", "elsewhere", "no JDK", "no version", "app.1", "");
        checkout.write(".build/current", current);
        Path lib = Files.createDirectories(root.resolve(".build/app.1/lib"));
        for (String module : MODULES) {
            Path location = location(module);
            copy(location, lib.resolve(module + (Files.isDirectory(location) ? "" : ".jar")));
        }
        String launcher = Files.readString(root.resolve("tools/launch.sh"));
        checkout.write("tools/launch.sh", launcher + "\nup_to_date() { [ -n \"$app\" ]; }\n");
        return checkout;
    }

    private static Path location(String module) {
        return Path.of(
                ModuleLayer.boot()
                        .configuration()
                        .findModule("dev.adit." + module)
                        .flatMap(found -> found.reference().location())
                        .orElseThrow());
    }

    /// A copy, as Java takes no link to a folder for a module.
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /// Launches with that shell instead of the system's.
    Checkout with(String shell) {
        this.shell = shell;
        return this;
    }

    /// Runs `program`, a path below the root or an absolute one, with these arguments.
    Tool.Outcome run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        command.add(root.resolve(program).toString());
        command.addAll(List.of(arguments));
        return Tool.run("", environment, command);
    }

    /// Makes a JDK of that version whose `java` is the script `java`.
    Path jdk(String name, String version, String java) throws IOException {
        script(name + "/bin/java", java);
        script(name + "/bin/javac", "exit 1");
        write(name + "/release", "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return root.resolve(name);
    }

    void script(String file, String text) throws IOException {
        write(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(
                root.resolve(file), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    /// What happened so far: `build`, and what is in [#TRAINING_RUN].
    List<String> log() throws IOException {
        Path log = root.resolve("log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /// Makes the build in use older than all sources.
    void age() throws IOException {
        if (!Files.exists(root.resolve(".build/current"))) return;
        Files.setLastModifiedTime(root.resolve(".build/current"), FileTime.from(Instant.EPOCH));
    }

    /// What a training run does; less where there can be no namespaces.
    static final List<String> TRAINING_RUN =
            canUnshare()
                    ? List.of("record daemon", "record tools", "create daemon", "create tools")
                    : List.of("record tools alone", "create tools");

    private static boolean canUnshare() {
        try {
            String either = "unshare -nm true || unshare -rnm true";
            return new ProcessBuilder("sh", "-c", either).start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What stands in for programs of other names.
    static final List<String> COMPAT = List.of("wg", "wg-quick", "wgconfig", "wg-keygen");

    /// What does our interfaces and leaves the others to the system's program of its name.
    static final List<String> STAND_INS = List.of("ifconfig", "netstart", "route");

    private static final List<String> FILES =
            Stream.concat(
                            Stream.of(
                                    "adit",
                                    "aditd",
                                    "tools/launch.sh",
                                    "tools/build.sh",
                                    "tools/trust.sh",
                                    "compat/pass-on.sh"),
                            Stream.concat(COMPAT.stream(), STAND_INS.stream())
                                    .map(name -> "compat/bin/" + name))
                    .toList();

    private static final Path REAL = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES =
            List.of(
                    "ip",
                    "protocol",
                    "stack",
                    "device",
                    "net",
                    "proxy",
                    "libcrypto",
                    "os",
                    "tools");

    /// The module that is not there for everybody.
    private static final String VECTOR = "vector";

    private static final String MAVEN =
            """
            echo build >>"$LOG"
            [ -z "$SLOW" ] || sleep 1
            for m in ip protocol stack device net proxy vector libcrypto os tools; do
                mkdir -p $m/target
                : >$m/target/adit-$m-0.1.0.jar
                : >$m/target/adit-$m-0.1.0-tests.jar
            done
            """;

    /// Says its arguments, one to a line, and its process id.
    static final String JAVA =
            """
            case "$*" in
            *AOTMode=record*)
                echo "record daemon" >>"$LOG"
                : >aditd.aotconf
                while [ "$1" != dev.adit.tools/dev.adit.tools.training.DaemonTraining ]; do shift; done
                shift
                "$@" list_tool_classes wg0
                ;;
            *AOTMode=create*) echo "create daemon" >>"$LOG"; : >aditd.aot ;;
            *DumpLoadedClassList*wg0) echo "record tools" >>"$LOG"; : >adit.classlist ;;
            *DumpLoadedClassList*) echo "record tools alone" >>"$LOG"; : >adit.classlist ;;
            *Xshare:dump*) echo "create tools" >>"$LOG"; : >adit.jsa ;;
            *) printf '%s\\n' "pid $$" "$@" ;;
            esac
            """;
}
