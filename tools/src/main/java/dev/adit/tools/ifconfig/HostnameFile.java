package dev.adit.tools.ifconfig;

import dev.adit.device.config.Resolver;
import dev.adit.protocol.address.IpAddress;
import dev.adit.tools.terminal.Failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A hostname.if(5) file: one line of ifconfig(8), or one command of the shell, in each line.
/// Immutable; whoever has it erases it.
///
/// @param path where it is
/// @param lines those that are neither empty nor comments
record HostnameFile(Path path, String name, List<Line> lines) {
    /// One line: what it asks for, or the command of the shell that it is.
    ///
    /// @param number its number, counted from 1
    /// @param assignment what to do, or null
    /// @param command what the shell is to do, or null
    record Line(int number, Assignment assignment, String command) {}

    /// Reads and parses a file whose name ends with that of its interface.
    ///
    /// @throws Failure with the file, the line and the reason
    static HostnameFile read(Path path, Resolver resolver) throws Failure {
        String file = String.valueOf(path.getFileName());
        if (!file.startsWith(PREFIX) || file.length() == PREFIX.length()) {
            throw new Failure(path + ": is not called " + PREFIX + "INTERFACE");
        }
        String name = file.substring(PREFIX.length());
        IfConfig.checkName(name);
        List<Line> lines = new ArrayList<>();
        int number = 0;
        try {
            for (String text : text(path)) {
                number++;
                String stripped = text.strip();
                if (stripped.isEmpty() || "#;".indexOf(stripped.charAt(0)) >= 0) continue;
                if (DESTINATION.matcher(stripped).matches()) {
                    addPeer(lines, words(stripped));
                } else {
                    lines.add(parse(number, stripped, name, resolver));
                }
            }
        } catch (Failure e) {
            new HostnameFile(path, name, lines).erase();
            if (number == 0) throw e;
            throw new Failure(path + ":" + number + ": " + e.getMessage());
        }
        return new HostnameFile(path, name, lines);
    }

    private static List<String> text(Path path) throws Failure {
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            String reason = Files.exists(path) ? "cannot be read" : "No such file or directory";
            throw new Failure(path + ": " + reason);
        }
    }

    private static Line parse(int number, String line, String name, Resolver resolver)
            throws Failure {
        if (line.indexOf('\0') >= 0) throw new Failure("a zero byte is no text");
        if (line.startsWith("!")) {
            String command = line.substring(1).strip().replace("\\$if", name).replace("$if", name);
            return new Line(number, null, command);
        }
        List<String> words = words(line);
        if (UNKNOWN.contains(words.getFirst())) {
            throw new Failure(words.getFirst() + ": is not for interfaces of WireGuard");
        }
        return new Line(number, new LineParser(words, resolver, true).parse(), null);
    }

    /// Does what `dest ADDRESS` says: the address in the line before gets that other end.
    private static void addPeer(List<Line> lines, List<String> words) throws Failure {
        if (words.size() == 1) throw new Failure("'dest' requires argument");
        String peer = words.get(1);
        Optional<IpAddress> address = IpAddress.parse(peer);
        if (address.isEmpty()) throw new Failure(peer + ": bad value");
        if (words.size() > 2) throw new Failure(words.get(2) + ": bad value");
        Line before = lines.isEmpty() ? null : lines.getLast();
        if (before != null && before.assignment() != null) {
            Assignment changed = before.assignment().withPeer(peer, address.get().v6());
            if (changed != null) {
                lines.set(lines.size() - 1, new Line(before.number(), changed, null));
                return;
            }
        }
        throw new Failure("dest: the line before it has no address that lacks one");
    }

    /// The words of a line; quotes keep those together that are one.
    private static List<String> words(String line) throws Failure {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (char c : line.toCharArray()) {
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) words.add(word.toString());
                word = null;
                continue;
            }
            if (word == null) word = new StringBuilder();
            if (quote != 0 && c == quote) quote = 0;
            else if (quote == 0 && (c == '"' || c == '\'')) quote = c;
            else word.append(c);
        }
        if (quote != 0) throw new Failure("a quotation mark is missing");
        if (word != null) words.add(word.toString());
        return words;
    }

    /// Whether everybody may read it, who then knows the keys in it.
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

    /// What the name of such a file begins with.
    static final String PREFIX = "hostname.";

    private static final Set<String> UNKNOWN = Set.of("dhcp", "NONE", "rtsol", "autoconf");
    private static final Pattern DESTINATION = Pattern.compile("dest(\\s.*)?");
}
