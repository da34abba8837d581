package dev.adit.tools.quick;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.SystemHost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A Linux system of which only that is real which tunnels change. Confined to one thread.
final class FakeSystem implements SystemHost, Daemons {
    /// What was run, in order.
    final List<String> log = new ArrayList<>();

    final Set<String> programs =
            new LinkedHashSet<>(
                    List.of("ip", "nft", "sysctl", "bash", "rm", "aditd", "resolvconf"));
    final Set<Path> symbolicLinks = new LinkedHashSet<>();
    final Map<Path, String> files = new HashMap<>();

    /// What queries that the model does not know answer.
    final Map<String, String> answers = new HashMap<>();

    /// The interfaces and their addresses.
    final Map<String, List<String>> links = new LinkedHashMap<>();

    final Map<String, FakeDevice> devices = new HashMap<>();
    private final Set<String> startedHere = new LinkedHashSet<>();

    /// That of the next daemon.
    FakeDevice nextDevice = new FakeDevice();

    final Map<String, TreeMap<Integer, String>> rules = new HashMap<>();

    /// Such as `-4 0.0.0.0/0 dev wg0 table 51820`.
    final Set<String> routes = new LinkedHashSet<>();

    /// Such as `ip wg-quick-wg0`.
    final Set<String> nftTables = new LinkedHashSet<>();

    /// Whether daemons set their interfaces down again.
    boolean setsDown;

    final Map<String, String> nameServers = new LinkedHashMap<>();

    /// At which command, counted from 0, something happens; -1 for never.
    int failAt = -1, killAt = -1, killAfter = -1;

    private int commands;

    FakeSystem() {
        for (String family : List.of("-4", "-6")) {
            rules.put(family, new TreeMap<>());
            rules.get(family).put(0, "from all lookup local");
            rules.get(family).put(32766, "from all lookup main");
        }
        links.put("eth0", new ArrayList<>());
        answers.put("ip link show dev eth0", "2: eth0: <UP> mtu 1500 state UP");
        answers.put("ip route show default", "default via 198.51.100.1 dev eth0");
    }

    /// The end of the program, as after SIGKILL.
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// Everything that a tunnel could leave behind.
    String snapshot() {
        return links + "\n" + rules + "\n" + routes + "\n" + nftTables + "\n" + nameServers;
    }

    /// Counts commands from 0 again, of which none fails.
    void restart() {
        commands = 0;
        failAt = killAt = killAfter = -1;
        log.clear();
    }

    int commands() {
        return commands;
    }

    @Override
    public int run(List<String> argv, String input) throws IOException {
        boolean hook = argv.getFirst().equals("bash");
        String command = hook ? "bash " + hook(argv) : String.join(" ", argv);
        if (!programs.contains(argv.getFirst())) throw new IOException("command not found");
        int number = commands++;
        if (number == killAt) throw new Killed();
        log.add(command);
        int status = number == failAt ? 3 : change(argv, input);
        if (number == killAfter) throw new Killed();
        return status;
    }

    private int change(List<String> argv, String input) {
        return switch (argv.getFirst()) {
            case "ip" -> argv.contains("-batch") ? batch(argv, input) : ip(argv);
            case "nft" -> nft(input);
            case "resolvconf" -> resolvconf(argv, input);
            case "bash" -> bash(hook(argv));
            case "rm" -> rm(argv.getLast());
            case "aditd" -> daemon(argv.get(1));
            default -> 0;
        };
    }

    /// The line that the script in a file is for.
    private static String hook(List<String> argv) {
        try {
            String script = Files.readString(Path.of(argv.getLast()), StandardCharsets.ISO_8859_1);
            String last = script.lines().toList().getLast();
            return last.substring("eval -- '".length(), last.length() - 1).replace("'\\''", "'");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Some commands do to the interface what hooks do.
    private int bash(String line) {
        if (line.startsWith("move ")) removeLink(line.substring("move ".length()));
        return line.startsWith("exit ") ? 9 : 0;
    }

    /// A daemon ends when its socket is gone.
    private int rm(String socket) {
        devices.remove(socket.replaceAll(".*/|[.]sock$", ""));
        return 0;
    }

    private int batch(List<String> argv, String input) {
        int status = 0;
        for (String line : input.lines().toList()) {
            String route = argv.get(1) + " " + line.replaceFirst("route (replace|delete) ", "");
            if (line.startsWith("route replace ")) routes.add(route);
            else if (!routes.remove(route)) status = 1;
        }
        return status;
    }

    private int daemon(String name) {
        if (links.putIfAbsent(name, new ArrayList<>()) != null) return 1;
        startedHere.add(name);
        devices.put(name, nextDevice);
        nextDevice = new FakeDevice();
        return 0;
    }

    private int ip(List<String> argv) {
        List<String> tail = argv.subList(Math.min(4, argv.size()), argv.size());
        if (argv.get(1).equals("link")) return link(argv);
        return switch (argv.get(2) + " " + argv.get(3)) {
            case "address add" -> add(links.get(tail.get(2)), tail.get(0));
            case "route add" -> routes.add(argv.get(1) + " " + String.join(" ", tail)) ? 0 : 2;
            case "rule add" -> addRule(rules.get(argv.get(1)), tail);
            default -> rules.get(argv.get(1)).remove(Integer.valueOf(tail.get(1))) == null ? 2 : 0;
        };
    }

    private int add(List<String> addresses, String address) {
        if (addresses == null) return 1;
        addresses.add(address.contains("/") ? address : address + "/32");
        return 0;
    }

    private int link(List<String> argv) {
        String name = argv.getLast();
        if (!argv.get(2).equals("delete")) return links.containsKey(name) ? 0 : 1;
        if (!removeLink(name)) return 1;
        devices.remove(name);
        return 0;
    }

    private boolean removeLink(String name) {
        routes.removeIf(route -> route.contains(" dev " + name));
        return links.remove(name) != null;
    }

    private static int addRule(TreeMap<Integer, String> family, List<String> words) {
        int preference = family.ceilingKey(1) - 1;
        String text =
                words.getFirst().equals("not")
                        ? "not from all fwmark 0x"
                                + Integer.toHexString(Integer.parseInt(words.get(2)))
                                + " lookup "
                                + words.get(4)
                        : "from all lookup main suppress_prefixlength 0";
        family.put(preference, text);
        return 0;
    }

    private int nft(String program) {
        for (String line : program.lines().toList()) {
            String[] words = line.split(" ", 3);
            if (line.startsWith("add table")) nftTables.add(words[2]);
            if (line.startsWith("delete table") && !nftTables.remove(words[2])) return 1;
        }
        return 0;
    }

    private int resolvconf(List<String> argv, String input) {
        if (argv.get(1).equals("-a")) nameServers.put(argv.get(2), input);
        else nameServers.remove(argv.get(2));
        return 0;
    }

    @Override
    public Answer query(String... argv) {
        String command = String.join(" ", argv);
        if (!programs.contains(argv[0].replace("-save", ""))) return Answer.FAILED;
        String known = answers.get(command);
        return known != null ? new Answer(true, known) : state(argv, command);
    }

    private Answer state(String[] argv, String command) {
        String last = argv[argv.length - 1];
        if (command.contains("route show type")) {
            return answer(true, unreachable(argv[1], last));
        }
        if (command.startsWith("ip link show dev") || command.startsWith("ip -d link")) {
            String flags = setsDown ? "<NOARP>" : "<NOARP,UP,LOWER_UP>";
            return answer(links.containsKey(last), "7: " + last + ": " + flags + " mtu 1420");
        }
        if (command.startsWith("ip -o addr")) return answer(links.containsKey(last), shown(last));
        if (command.endsWith("rule show")) return answer(true, listing(rules.get(argv[1])));
        if (command.contains("route show dev")) return answer(true, connected(argv[1], last));
        if (command.contains("route show table")) return answer(true, table(argv[1], last));
        if (command.equals("nft list tables")) return answer(true, "table ", nftTables);
        if (command.startsWith("resolvconf -l")) {
            return answer(nameServers.containsKey(last), nameServers.getOrDefault(last, ""));
        }
        return Answer.FAILED;
    }

    private static Answer answer(boolean succeeded, String text) {
        return succeeded ? new Answer(true, text) : Answer.FAILED;
    }

    private static Answer answer(boolean succeeded, String before, Set<String> lines) {
        return answer(succeeded, String.join("\n", lines.stream().map(before::concat).toList()));
    }

    private String shown(String name) {
        StringBuilder text = new StringBuilder();
        for (String address : links.getOrDefault(name, List.of())) {
            String family = address.contains(":") ? "inet6 " : "inet ";
            text.append("7: ").append(name).append("    ").append(family).append(address);
            text.append(" scope global\n");
        }
        return text.toString();
    }

    private static String listing(TreeMap<Integer, String> family) {
        StringBuilder text = new StringBuilder();
        family.forEach((preference, rule) -> text.append(preference + ":\t" + rule + "\n"));
        return text.toString();
    }

    /// The routes that addresses bring; the prefix of an address stands for that of its network.
    private String connected(String family, String name) {
        boolean v6 = family.equals("-6");
        return String.join(
                "\n",
                links.getOrDefault(name, List.of()).stream()
                        .filter(address -> address.contains(":") == v6)
                        .filter(address -> v6 || !address.endsWith("/32"))
                        .map(address -> address + " proto kernel scope link")
                        .toList());
    }

    private String unreachable(String family, String table) {
        return String.join(
                "\n",
                table(family, table)
                        .lines()
                        .filter(route -> route.contains(" unreachable "))
                        .map(route -> route.substring(3).replaceFirst(" table .*", " "))
                        .toList());
    }

    private String table(String family, String table) {
        return String.join(
                "\n",
                routes.stream()
                        .filter(route -> route.startsWith(family))
                        .filter(route -> route.endsWith("table " + table))
                        .toList());
    }

    @Override
    public Optional<Path> find(String program) {
        return programs.contains(program)
                ? Optional.of(Path.of("/usr/bin", program))
                : Optional.empty();
    }

    @Override
    public Optional<String> text(Path file) {
        return Optional.ofNullable(files.get(file));
    }

    @Override
    public boolean isLink(Path file) {
        return symbolicLinks.contains(file);
    }

    @Override
    public List<String> names() {
        return List.copyOf(devices.keySet());
    }

    @Override
    public DeviceControl device(String name) {
        return new DeviceControl() {
            private DeviceControl device() throws IOException {
                DeviceControl device = devices.get(name);
                if (device == null) throw new IOException("connect: ENODEV: No such device");
                return device;
            }

            @Override
            public void configure(DeviceUpdate update) throws IOException {
                device().configure(update);
            }

            @Override
            public DeviceConfiguration configuration() throws IOException {
                return device().configuration();
            }

            @Override
            public DeviceInfo notes() throws IOException {
                return device().notes();
            }

            @Override
            public Map<DropReason, Long> drops() throws IOException {
                return device().drops();
            }
        };
    }

    @Override
    public boolean isOfThisNamespace(String name) {
        return devices.containsKey(name) && startedHere.contains(name);
    }

    @Override
    public Watch watch(String name) {
        return () -> devices.remove(name);
    }

    /// The hooks that were run, in order.
    List<String> hooks() {
        return log.stream()
                .filter(command -> command.startsWith("bash "))
                .map(command -> command.substring("bash ".length()))
                .toList();
    }
}
