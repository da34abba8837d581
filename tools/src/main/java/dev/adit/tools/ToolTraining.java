package dev.adit.tools;

import dev.adit.tools.network.ProxyTraining;
import dev.adit.tools.terminal.Terminal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The training run of the tools, in which the JVM records the classes they load and link for its
/// AOT cache (JEP 483). Started by the launcher, once after each build; the training run of the
/// daemon is [dev.adit.tools.training.DaemonTraining].
///
/// Failures are ignored: the tools work the same, they only start slower.
public final class ToolTraining {
    /// Runs the tools.
    ///
    /// @param arguments the name of an interface with a peer, if there is one
    public static void main(String[] arguments) {
        Terminal.system();
        adit("genkey");
        adit("genpsk");
        adit("pubkey");
        adit("help");
        adit("shwo");
        adit("show", "interfaces");
        for (String name : arguments) look(name);
        carry();
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

    private static void carry() {
        try {
            ProxyTraining.run();
        } catch (IOException | RuntimeException e) {
            e.printStackTrace(); // to the training run's log
        }
    }

    private static void look(String name) {
        adit("show");
        adit("show", name);
        adit("show", "all", "dump");
        adit("show", name, "transfer");
        adit("show", name, "drops");
        adit("showconf", name);
        adit("set", name, "fwmark", "0");
    }

    private ToolTraining() {}
}
