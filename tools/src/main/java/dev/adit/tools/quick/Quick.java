package dev.adit.tools.quick;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.file.WgQuickFile;
import dev.adit.device.secret.SecretFile;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.LinuxHost;
import dev.adit.tools.host.StateFolder;
import dev.adit.tools.host.SystemHost;
import dev.adit.tools.terminal.FileErrorText;
import dev.adit.tools.terminal.Printable;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The verbs of wg-quick(8): `up`, `down`, `save` and `strip`. Confined to one thread.
public final class Quick {
    /// The arguments of the verbs, for people; the lines before them depend on the program.
    private static final String USAGE =
            """

              CONFIG_FILE is INTERFACE.conf in any folder; INTERFACE alone stands for
              /etc/wireguard/INTERFACE.conf. In addition to the keys of wg(8), its
              [Interface] section may have these:

              Address     addresses of the interface, with prefix lengths
              DNS         name servers, and domains to search, while the interface is up
              MTU         its MTU; by default, what fits the path to the endpoints
              Table       the routing table, by number or name; `auto' (the default), or `off'
              PreUp, PostUp, PreDown, PostDown
                          commands for bash, any number of each; %i stands for INTERFACE
              SaveConfig  `true' to save the state when the interface goes down

              --dry-run shows what would be done, and does nothing.
            """;

    private final QuickContext context;
    private final RootEscalation escalation;

    Quick(QuickContext context, RootEscalation escalation) {
        this.context = context;
        this.escalation = escalation;
    }

    /// Runs a verb on this system.
    ///
    /// The system property `adit.home`, which the launcher sets, is the folder of our programs.
    ///
    /// @param verb `up`, `down`, `save` or `strip`
    /// @param arguments the arguments behind it
    /// @param terminal has the environment for the commands that are run; its output is unbuffered,
    ///   since configurations written to it hold keys
    /// @return the exit status
    public static int run(String verb, List<String> arguments, Terminal terminal) {
        String home = System.getProperty("adit.home");
        Map<String, String> environment = terminal.environment();
        VerbOutput console = new VerbOutput(terminal.name(), terminal.out(), terminal.err());
        SystemHost host = new LinuxHost(environment, home);
        QuickContext context =
                new QuickContext(
                        host,
                        Daemons.system(),
                        console,
                        environment,
                        Path.of("/etc/wireguard"),
                        Path.of("/var/run/adit"),
                        namespace());
        return new Quick(context, RootEscalation.system(host, console, home)).run(verb, arguments);
    }

    /// The name of the network namespace we are in, or a constant when there is only one.
    private static String namespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException e) {
            return "net";
        }
    }

    int run(String verb, List<String> arguments) {
        VerbOutput console = context.console();
        List<String> operands = arguments.stream().filter(word -> !word.startsWith("-")).toList();
        List<String> options = arguments.stream().filter(word -> word.startsWith("-")).toList();
        if (HELP.contains(arguments.isEmpty() ? "" : arguments.getFirst())
                || options.stream().anyMatch(HELP::contains)) {
            console.line(usage(console.program()));
            return VERBS.contains(verb) ? 0 : 1;
        }
        boolean dryRun = options.contains(DRY_RUN) && DRY_VERBS.contains(verb);
        for (String option : options) {
            if (dryRun && option.equals(DRY_RUN)) continue;
            console.error("`" + VerbOutput.bytes(option) + "' is not an option of `" + verb + "'");
            console.line(usage(console.program()));
            return 1;
        }
        if (!VERBS.contains(verb) || operands.size() != 1) {
            console.line(usage(console.program()));
            return 1;
        }
        return run(verb, dryRun, operands.getFirst(), arguments);
    }

    /// @param words everything behind the verb
    private int run(String verb, boolean dryRun, String operand, List<String> words) {
        VerbOutput console = context.console();
        try {
            boolean looksOnly = dryRun || verb.equals("strip");
            if (escalation.isNeeded(looksOnly, () -> isReadable(verb, operand))) {
                List<String> argv = new ArrayList<>(List.of(verb));
                argv.addAll(words);
                return escalation.run(argv);
            }
            run(verb, dryRun, operand);
            return 0;
        } catch (VerbFailure e) {
            if (e.getMessage() != null) console.error(e.getMessage());
            return e.status();
        } catch (IOException e) {
            console.error(VerbOutput.bytes(reason(e)));
            return 1;
        }
    }

    private static String usage(String program) {
        String name = program.equals("wg-quick") ? program : "adit";
        return "Usage: "
                + name
                + " [ up | down | save | strip ] [ CONFIG_FILE | INTERFACE ]\n"
                + "       "
                + name
                + " [ up | down ] --dry-run [ CONFIG_FILE | INTERFACE ]\n"
                + USAGE.stripTrailing();
    }

    /// True when we can read what `verb` needs: the file, and the record that `up` left for `down`.
    private boolean isReadable(String verb, String argument) {
        try {
            boolean noted = new StateFolder(context.records()).isReadable();
            return (noted || !verb.equals("down"))
                    && Files.isReadable(ConfPath.of(argument, context.configurations()).file());
        } catch (VerbFailure | IOException e) {
            return false;
        }
    }

    private void run(String verb, boolean dryRun, String argument) throws VerbFailure, IOException {
        ConfPath path = ConfPath.of(argument, context.configurations());
        if (path.isWorldAccessible()) {
            context.console().line("Warning: `" + path.shown() + "' is world accessible");
        }
        WgQuickFile conf = parse(path);
        try {
            List<String> words = List.of(verb, VerbOutput.bytes(argument));
            QuickTunnel tunnel = new QuickTunnel(context, path, conf, words);
            switch (verb) {
                case "up" -> up(new Up(tunnel), dryRun);
                case "down" -> down(new Down(tunnel), dryRun);
                case "save" -> save(tunnel);
                default -> strip(conf);
            }
        } finally {
            conf.erase();
        }
    }

    private static WgQuickFile parse(ConfPath path) throws VerbFailure {
        byte[] text = read(path);
        try {
            return WgQuickFile.parse(text, path.shown());
        } catch (ConfigException e) {
            throw new VerbFailure(e.getMessage());
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static byte[] read(ConfPath path) throws VerbFailure {
        try {
            return SecretFile.read(path.file());
        } catch (IOException e) {
            String reason = VerbOutput.bytes(FileErrorText.of(e));
            throw new VerbFailure("`" + path.shown() + "' cannot be read: " + reason);
        }
    }

    private void up(Up up, boolean dryRun) throws VerbFailure, IOException {
        if (dryRun) print(up.plan());
        else up.run();
    }

    private void down(Down down, boolean dryRun) throws VerbFailure, IOException {
        if (dryRun) print(down.plan());
        else down.run();
    }

    private void print(Plan plan) throws VerbFailure {
        byte[] text = plan.print().getBytes(StandardCharsets.ISO_8859_1);
        context.console().print(Printable.of(text));
    }

    private static void save(QuickTunnel tunnel) throws VerbFailure, IOException {
        if (!tunnel.isUp()) throw tunnel.notUp();
        try (SignalHold signals = SignalHold.hold()) {
            if (!tunnel.save(signals)) throw VerbFailure.told(1);
        }
    }

    private void strip(WgQuickFile conf) throws VerbFailure {
        context.console().print(conf.rest());
        context.console().print(new byte[] {'\n'});
    }

    private static @Nullable String reason(IOException e) {
        if (e instanceof NoSuchFileException) return e.getMessage() + ": No such file or directory";
        return e.getMessage();
    }

    private static final String DRY_RUN = "--dry-run";
    private static final List<String> VERBS = List.of("up", "down", "save", "strip");
    private static final List<String> DRY_VERBS = List.of("up", "down");
    private static final List<String> HELP = List.of("-h", "--help", "help");
}
