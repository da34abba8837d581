package dev.adit.tools.quick;

import dev.adit.device.config.SecretFile;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.Host;
import dev.adit.tools.host.LinuxHost;
import dev.adit.tools.terminal.FileReason;
import dev.adit.tools.terminal.Terminal;

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
    /// What the verbs are called with, for people; the lines before it depend on the program.
    private static final String USAGE =
            """

              CONFIG_FILE is INTERFACE.conf in any folder; INTERFACE alone stands for
              /etc/wireguard/INTERFACE.conf. Beyond what wg(8) reads, its [Interface] section
              may have these keys:

              Address     addresses of the interface, with prefix lengths
              DNS         name servers, and domains to search, while the interface is up
              MTU         its MTU; otherwise what fits the way to the endpoints
              Table       the routing table, by number or name; `auto' (the default), or `off'
              PreUp, PostUp, PreDown, PostDown
                          commands for bash, any number of each; %i stands for INTERFACE
              SaveConfig  `true' to save the state when the interface goes down

              --dry-run shows what would be done, and does nothing.
            """;

    private final Surroundings around;
    private final Escalation escalation;

    Quick(Surroundings around, Escalation escalation) {
        this.around = around;
        this.escalation = escalation;
    }

    /// Runs a verb on this system.
    ///
    /// The system property `adit.home`, which the launcher sets, says where our programs are.
    ///
    /// @param verb `up`, `down`, `save` or `strip`
    /// @param arguments what followed it
    /// @param terminal with the environment of the commands that are run; its output is unbuffered,
    ///   as configurations that are written there hold keys
    /// @return the exit status
    public static int run(String verb, List<String> arguments, Terminal terminal) {
        String home = System.getProperty("adit.home");
        Map<String, String> environment = terminal.environment();
        Console console = new Console(terminal.name(), terminal.out(), terminal.err());
        Host host = new LinuxHost(environment, home);
        Surroundings around =
                new Surroundings(
                        host,
                        Daemons.system(),
                        console,
                        environment,
                        Path.of("/etc/wireguard"),
                        Path.of("/var/run/adit"),
                        namespace());
        return new Quick(around, Escalation.system(host, console, home)).run(verb, arguments);
    }

    /// The name of the network namespace we are in, or a name for the only one there is.
    private static String namespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException e) {
            return "net";
        }
    }

    int run(String verb, List<String> arguments) {
        Console console = around.console();
        List<String> operands = new ArrayList<>(arguments);
        boolean dryRun = operands.remove(DRY_RUN);
        boolean known = VERBS.contains(verb) && (!dryRun || DRY_VERBS.contains(verb));
        if (!known || operands.size() != 1 || HELP.contains(operands.getFirst())) {
            console.line(usage(console.program()));
            return known && operands.size() == 1 ? 0 : 1;
        }
        try {
            boolean looksOnly = dryRun || verb.equals("strip");
            if (escalation.isNeeded(looksOnly, () -> isReadable(operands.getFirst()))) {
                List<String> words = new ArrayList<>(List.of(verb));
                words.addAll(arguments);
                return escalation.run(words);
            }
            run(verb, dryRun, operands.getFirst());
            return 0;
        } catch (Failure e) {
            if (e.getMessage() != null) console.error(e.getMessage());
            return e.status();
        } catch (IOException e) {
            console.error(Console.bytes(reason(e)));
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

    private boolean isReadable(String argument) {
        try {
            return Files.isReadable(ConfPath.of(argument, around.configurations()).file());
        } catch (Failure | IOException e) {
            return false;
        }
    }

    private void run(String verb, boolean dryRun, String argument) throws Failure, IOException {
        ConfPath path = ConfPath.of(argument, around.configurations());
        if (path.isWorldAccessible()) {
            around.console().line("Warning: `" + path.shown() + "' is world accessible");
        }
        QuickConf conf = parse(path);
        try {
            Tunnel tunnel = new Tunnel(around, path, conf);
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

    private static QuickConf parse(ConfPath path) throws Failure {
        byte[] text = read(path);
        try {
            return QuickConfParser.parse(text, path.shown());
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static byte[] read(ConfPath path) throws Failure {
        try {
            return SecretFile.read(path.file());
        } catch (IOException e) {
            String reason = Console.bytes(FileReason.of(e));
            throw new Failure("`" + path.shown() + "' cannot be read: " + reason);
        }
    }

    private void up(Up up, boolean dryRun) throws Failure, IOException {
        if (dryRun) print(up.plan());
        else up.run();
    }

    private void down(Down down, boolean dryRun) throws Failure, IOException {
        if (dryRun) print(down.plan());
        else down.run();
    }

    private void print(Plan plan) throws Failure {
        around.console().print(plan.print().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void save(Tunnel tunnel) throws Failure, IOException {
        if (!tunnel.isUp()) throw tunnel.notUp();
        try (Interruption interruption = Interruption.hold()) {
            Step save = new Step.Save(tunnel.name(), tunnel.path.shown());
            tunnel.runner.run(List.of(save), interruption);
        }
    }

    private void strip(QuickConf conf) throws Failure {
        around.console().print(conf.rest());
        around.console().print(new byte[] {'\n'});
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) return e.getMessage() + ": No such file or directory";
        return e.getMessage();
    }

    private static final String DRY_RUN = "--dry-run";
    private static final List<String> VERBS = List.of("up", "down", "save", "strip");
    private static final List<String> DRY_VERBS = List.of("up", "down");
    private static final List<String> HELP = List.of("-h", "--help", "help");
}
