package dev.adit.tools.ifconfig;

import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.IpAddress;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A hostname.if(5) file, in which each line is a line of ifconfig(8) or a shell command.
/// Immutable; its owner erases it.
///
/// @param path its path
/// @param lines those that are neither empty nor comments
record HostnameFile(Path path, String name, List<Line> lines) {
    /// One line: an assignment or a shell command.
    ///
    /// @param number its number, counted from 1
    /// @param assignment the assignment, or null
    /// @param command the shell command, or null
    /// @param shown the line as a command, without keys
    record Line(
            int number,
            @Nullable IfConfigLine assignment,
            @Nullable String command,
            String shown) {}

    /// Reads and parses a file whose name ends with that of its interface.
    ///
    /// @throws CommandFailure with the file, the line and the reason
    static HostnameFile read(Path path, Resolver resolver) throws CommandFailure {
        String file = String.valueOf(path.getFileName());
        if (!file.startsWith(PREFIX) || file.length() == PREFIX.length()) {
            throw new CommandFailure(path + ": is not called " + PREFIX + "INTERFACE");
        }
        String name = file.substring(PREFIX.length());
        IfConfig.checkName(name);
        List<Line> lines = new ArrayList<>();
        int number = 0;
        try {
            for (LogicalLines.Line line : LogicalLines.of(text(path))) {
                number = line.number();
                String text = line.text();
                if (text.isEmpty() || "#;".indexOf(text.charAt(0)) >= 0) continue;
                if (DESTINATION.matcher(text).matches()) {
                    addPeer(lines, LogicalLines.words(text));
                } else {
                    lines.add(parse(number, text, name, resolver));
                }
            }
        } catch (CommandFailure e) {
            new HostnameFile(path, name, lines).erase();
            if (number == 0) throw e;
            throw new CommandFailure(path + ":" + number + ": " + e.getMessage());
        }
        return new HostnameFile(path, name, lines);
    }

    private static String text(Path path) throws CommandFailure {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            String reason = Files.exists(path) ? "cannot be read" : "No such file or directory";
            throw new CommandFailure(path + ": " + reason);
        }
    }

    private static Line parse(int number, String line, String name, Resolver resolver)
            throws CommandFailure {
        if (line.indexOf('\0') >= 0) throw new CommandFailure("a zero byte is not text");
        if (line.startsWith("!")) {
            String command = line.substring(1).strip().replace("$if", name);
            return new Line(number, null, command, command);
        }
        List<String> words = LogicalLines.words(line);
        KeySource keys = new KeySource(null);
        IfConfigLine assignment = new LineParser(words, resolver, keys, true).parse();
        return new Line(number, assignment, null, "ifconfig " + name + shown(words));
    }

    private static String shown(List<String> words) {
        StringBuilder text = new StringBuilder();
        String before = "";
        for (String word : words) {
            boolean key = before.equals("wgkey") || before.equals("wgpsk");
            boolean hidden = key && !KeySource.isNamedBy(word);
            text.append(' ').append(hidden ? "(hidden)" : word);
            before = word;
        }
        return text.toString();
    }

    /// Applies `dest ADDRESS`: the address in the line before gets that peer address.
    private static void addPeer(List<Line> lines, List<String> words) throws CommandFailure {
        if (words.size() == 1) throw new CommandFailure("'dest' requires argument");
        String peer = words.get(1);
        boolean v6 = peer.contains(":");
        Optional<IpAddress> address = AddressText.address(peer, v6);
        if (address.isEmpty()) throw new CommandFailure(peer + ": bad value");
        if (words.size() > 2) throw new CommandFailure(words.get(2) + ": bad value");
        Line before = lines.isEmpty() ? null : lines.getLast();
        if (before != null && before.assignment() != null) {
            IfConfigLine changed = before.assignment().withPeer("" + address.get(), v6);
            if (changed != null) {
                String shown = before.shown() + " dest " + peer;
                lines.set(lines.size() - 1, new Line(before.number(), changed, null, shown));
                return;
            }
        }
        throw new CommandFailure("dest: the line before it has no address that lacks one");
    }

    /// True when every user may read it, and so the keys in it.
    boolean isWorldReadable() {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            return permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    void erase() {
        for (Line line : lines) if (line.assignment() != null) line.assignment().erase();
    }

    /// The prefix of such a file's name.
    static final String PREFIX = "hostname.";

    private static final Pattern DESTINATION = Pattern.compile("dest(\\s.*)?");
}
