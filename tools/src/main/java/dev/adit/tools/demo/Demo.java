package dev.adit.tools.demo;

import dev.adit.tools.show.Show;
import dev.adit.tools.terminal.Cleanup;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The command `demo`, which creates two hosts and a tunnel between them, shows that it works, and
/// cleans up. Immutable.
///
/// @param home the folder of `adit` and `aditd`
public record Demo(Path home) implements Command {
    /// A demonstration with the programs of this installation.
    public Demo() {
        this(Path.of(System.getProperty("adit.home", "")));
    }

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String summary() {
        return "Joins two network namespaces by a tunnel and shows that it works";
    }

    @Override
    public String usage() {
        return "demo";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Joins two network namespaces by a cable, starts a daemon in each, and sends
                        pings and a transfer through the tunnel between them. Cleans up after itself.
                        The figures are those of daemons that have run for a few seconds: a warm-up
                        comes first, as Java is slow at the start. Needs root, or a user namespace
                        that may use /dev/net/tun.\
                        """)
                .example("adit demo");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        String daemon = home.resolve("aditd").toString();
        if (arguments.size() == 2 && arguments.getFirst().equals("--daemon")) {
            daemon = arguments.getLast(); // another implementation, for tests
        } else if (!arguments.isEmpty()) {
            throw CommandFailure.usage();
        }
        String adit = home.resolve("adit").toString();
        PrivilegeEscalation.checkSystem();
        if (!PrivilegeEscalation.isRoot()) {
            List<String> command = new ArrayList<>(List.of(adit, "demo"));
            command.addAll(arguments);
            return PrivilegeEscalation.runInOwnNamespaces(command);
        }
        return perform(terminal, adit, daemon);
    }

    private static int perform(Terminal terminal, String adit, String daemon) throws IOException {
        Path logs = Files.createTempDirectory("adit-demo-");
        Cleanup cleanup =
                new Cleanup(e -> terminal.warn("adit demo: while cleaning up: " + e.getMessage()));
        Programs programs = new Programs(logs, cleanup);
        Programs undoing = new Programs(logs, new Cleanup(e -> {}));
        DemoScript script = new DemoScript(programs, undoing, cleanup, adit, daemon);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> clearUp(cleanup, logs)));
        if (perform(terminal, script, cleanup)) {
            clearUp(cleanup, logs);
            terminal.print(CLOSING_WORDS);
            return 0;
        }
        if (cleanup.ended()) awaitExit();
        cleanup.closeAll();
        terminal.print("The programs' output is in " + logs);
        return 1;
    }

    private static void clearUp(Cleanup cleanup, Path logs) {
        cleanup.closeAll();
        File[] files = logs.toFile().listFiles();
        if (files == null) return;
        for (File file : files) file.delete();
        logs.toFile().delete();
    }

    /// Waits for a signal to end the program, because its exit status is the one that counts.
    private static void awaitExit() {
        while (true) LockSupport.park();
    }

    /// Runs the steps up to the first that fails. True when none does.
    private static boolean perform(Terminal terminal, DemoScript script, Cleanup cleanup)
            throws IOException {
        for (DemoStep step : script.steps()) {
            String reason;
            try {
                terminal.print(step.line(step.work().run()));
                continue;
            } catch (CommandFailure | IOException | RuntimeException e) {
                reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
            } catch (InterruptedException e) {
                reason = "interrupted";
            }
            // A Ctrl-C ends the programs of a step as well as this one, perhaps a bit earlier.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            if (!cleanup.ended()) terminal.print(step.failure(reason));
            return false;
        }
        terminal.print("");
        try {
            new Show().run(terminal, List.of(script.device()));
        } catch (CommandFailure e) {
            terminal.warn(String.valueOf(e.getMessage()));
            return false;
        }
        return true;
    }

    private static final String CLOSING_WORDS =
            """

            All of it is gone again. To have an interface of your own, as root:
                ./aditd wg0          makes it; `wg`, `wg-quick` and `ip` work with it
                ./adit show wg0      shows it; README.md goes on from there\
            """;
}
