package dev.adit.tools.quick;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The verbs on a fake system. Confined to one thread.
final class QuickFixture {
    final FakeSystem system = new FakeSystem();
    final Map<String, String> environment = new HashMap<>();
    final Path folder;
    boolean root = true;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /// @param folder an empty one, for configurations and journals
    QuickFixture(Path folder) {
        this.folder = folder;
    }

    /// Writes `NAME.conf`, for its owner alone.
    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name + ".conf");
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    /// Runs a verb and gives its exit status.
    int run(String verb, String... arguments) {
        out.reset();
        err.reset();
        VerbOutput console = new VerbOutput("adit", out, err);
        QuickContext context =
                new QuickContext(
                        system,
                        system,
                        console,
                        environment,
                        folder,
                        folder.resolve("journals"),
                        "net:[1]");
        RootEscalation escalation = new RootEscalation(system, console, root, "/opt/adit/adit");
        return new Quick(context, escalation).run(verb, List.of(arguments));
    }

    /// What the last run wrote to standard output.
    String out() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /// What the last run wrote to standard error.
    String err() {
        return err.toString(StandardCharsets.ISO_8859_1);
    }

    /// The lines on standard error that show no step.
    String said() {
        return String.join("\n", err().lines().filter(line -> !line.startsWith("[#] ")).toList());
    }

    /// A private key and a peer that takes everything.
    static final String FULL =
            """
            [Interface]
            PrivateKey = oJpRt2Oq27vIB5/UVb7BRqCwad2YMReQgH5tlxz8YmI=
            Address = 192.0.2.3/24, 2001:db8::3/64
            DNS = 192.0.2.53, example.org
            PreUp = echo pre-up
            PostUp = echo post-up
            PreDown = echo pre-down
            PostDown = echo post-down

            [Peer]
            PublicKey = I+hXRAJOG/UE2IQvIHsou2zTgkUyPve2pzvHTnd/2Gg=
            AllowedIPs = 0.0.0.0/0, ::/0, 198.51.100.0/24
            Endpoint = 203.0.113.1:51820
            """;
}
