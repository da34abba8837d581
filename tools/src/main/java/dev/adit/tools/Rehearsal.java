package dev.adit.tools;

import dev.adit.tools.daemon.Stage;
import dev.adit.tools.terminal.Terminal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Runs through what the programs do, so that the JVM can keep what it loaded, linked and learned
/// for later starts (JEP 483, JEP 515). Started by the launcher, once after each build.
///
/// Whatever fails is left out: the programs work the same, they only start slower.
public final class Rehearsal {
    /// Rehearses the tools, and the daemon too when `arguments` say `daemon`: see [Stage] for what
    /// that takes.
    public static void main(String[] arguments) throws IOException {
        Thread.ofPlatform().daemon().start(Rehearsal::giveUpInTime);
        tools();
        if (List.of(arguments).contains("daemon")) {
            Stage.play(Rehearsal::look);
        }
    }

    private static void giveUpInTime() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(30));
        Runtime.getRuntime().halt(1);
    }

    private static void tools() {
        adit("genkey");
        adit("genpsk");
        adit("pubkey");
        adit("help");
        adit("shwo");
        adit("show", "interfaces");
        adit("show", "all", "dump");
    }

    /// Runs a command with a private key as its input.
    private static void adit(String... arguments) {
        byte[] key =
                "QH8sX6cvKqTqdjB3HzXKvYPpuPuXDJyeEv0bSGMdPHk=\n"
                        .getBytes(StandardCharsets.US_ASCII);
        OutputStream nowhere = OutputStream.nullOutputStream();
        Map<String, String> environment = Map.of("WG_COLOR_MODE", "always");
        Adit.standard()
                .run(
                        new Terminal(
                                "adit",
                                new ByteArrayInputStream(key),
                                nowhere,
                                nowhere,
                                environment,
                                true),
                        List.of(arguments));
    }

    private static void look(String name) {
        adit("show");
        adit("show", name, "dump");
        adit("show", name, "transfer");
        adit("show", name, "drops");
    }

    private Rehearsal() {}
}
