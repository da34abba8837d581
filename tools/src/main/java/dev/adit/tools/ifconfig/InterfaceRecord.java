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

/// The changes made for an interface that outlive it, recorded in a file so that `destroy` can undo
/// them even when the daemon is gone. Immutable.
///
/// It is written before the changes that it records.
///
/// @param domain the network namespace that the interface was moved to, 0 for ours
/// @param madeDomain whether that namespace was created for it
/// @param outer the table of outer packets, 0 for none
/// @param madeOuter whether its rule was created for the interface
/// @param inner the table of inner packets, 0 for none; its rules belong to the interface alone
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

    /// Reads the record of the interface; an empty one when it was made in another namespace.
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

    /// Writes the record, or removes the file when the record is empty.
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

    /// Renames the record with the interface.
    static void rename(CommandContext context, String from, String to) throws IOException {
        try {
            Files.move(file(context, from), file(context, to), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // There is no record.
        }
    }

    /// The other interfaces that have a record and a running daemon.
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
            // There never was a record.
        }
        return names;
    }

    private static Path file(CommandContext context, String name) {
        return context.records().resolve(name + SUFFIX);
    }

    private static final String SUFFIX = ".ifconfig";
}
