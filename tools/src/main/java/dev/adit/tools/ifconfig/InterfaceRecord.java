package dev.adit.tools.ifconfig;

import dev.adit.tools.host.StateFolder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What was done for an interface that does not vanish with it, in a file, so that `destroy` undoes
/// it whatever became of the daemon. Immutable.
///
/// It is written before what it tells of is done.
///
/// @param domain the network namespace that the interface was put into, 0 for ours
/// @param madeDomain whether that namespace was made for it
/// @param outer the table of outer packets, 0 for none
/// @param madeOuter whether the rule for it was made for the interface
/// @param inner the table of inner packets, 0 for none; its rules are of the interface alone
/// @param groups the groups that the interface was put into
record InterfaceRecord(
        int domain,
        boolean madeDomain,
        int outer,
        boolean madeOuter,
        int inner,
        List<String> groups) {
    static final InterfaceRecord NOTHING = new InterfaceRecord(0, false, 0, false, 0, List.of());

    InterfaceRecord {
        groups = List.copyOf(groups);
    }

    InterfaceRecord withDomain(int number, boolean made) {
        return new InterfaceRecord(number, made, outer, madeOuter, inner, groups);
    }

    InterfaceRecord withOuter(int table, boolean made) {
        return new InterfaceRecord(domain, madeDomain, table, made, inner, groups);
    }

    InterfaceRecord withInner(int table) {
        return new InterfaceRecord(domain, madeDomain, outer, madeOuter, table, groups);
    }

    InterfaceRecord withGroup(String group, boolean member) {
        List<String> changed = new ArrayList<>(groups);
        changed.remove(group);
        if (member) changed.add(group);
        return new InterfaceRecord(domain, madeDomain, outer, madeOuter, inner, changed);
    }

    /// What is remembered of the interface; nothing, when that was in another namespace.
    static InterfaceRecord read(CommandContext context, String name) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file(context, name));
            if (lines.size() < 6 || !lines.get(0).equals(context.namespace())) return NOTHING;
            return new InterfaceRecord(
                    Integer.parseInt(lines.get(1)),
                    Boolean.parseBoolean(lines.get(2)),
                    Integer.parseInt(lines.get(3)),
                    Boolean.parseBoolean(lines.get(4)),
                    Integer.parseInt(lines.get(5)),
                    lines.subList(6, lines.size()));
        } catch (NoSuchFileException | NumberFormatException e) {
            return NOTHING;
        }
    }

    /// Writes it, or removes the file when there is nothing to remember.
    void write(CommandContext context, String name) throws IOException {
        Path file = file(context, name);
        if (equals(NOTHING)) {
            Files.deleteIfExists(file);
            return;
        }
        new StateFolder(context.records()).prepare();
        Path next = file.resolveSibling(file.getFileName() + ".next");
        List<Object> values = new ArrayList<>(List.of(context.namespace(), domain, madeDomain));
        Collections.addAll(values, outer, madeOuter, inner);
        values.addAll(groups);
        Files.write(next, values.stream().map(Object::toString).toList());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Follows the interface to another name.
    static void rename(CommandContext context, String from, String to) throws IOException {
        try {
            Files.move(file(context, from), file(context, to), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // Nothing is remembered.
        }
    }

    /// The other interfaces of which something is remembered, and whose daemons are there.
    static List<String> others(CommandContext context, String name) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(context.records(), "*" + SUFFIX)) {
            for (Path file : files) {
                String text = file.getFileName().toString();
                String other = text.substring(0, text.length() - SUFFIX.length());
                if (!other.equals(name) && context.daemons().serves(other)) names.add(other);
            }
        } catch (NoSuchFileException e) {
            // Nothing was ever remembered.
        }
        return names;
    }

    private static Path file(CommandContext context, String name) {
        return context.records().resolve(name + SUFFIX);
    }

    private static final String SUFFIX = ".ifconfig";
}
