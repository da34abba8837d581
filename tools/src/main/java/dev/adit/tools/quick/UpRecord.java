package dev.adit.tools.quick;

import dev.adit.tools.host.StateFolder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/// The changes made by `up` that outlive the interface, recorded in a file so that `down` can undo
/// them even when `up` failed or the daemon is gone. Confined to one thread.
///
/// It is written before the changes that it records. The names of all files are longer than
/// interface names can be, or are an interface name with a suffix that makes them longer, so that
/// they never collide.
final class UpRecord {
    private final StateFolder folder;
    private final String name;
    private final String namespace;
    private final Duration patience;

    /// @param folder the folder of all records
    /// @param name the interface
    /// @param namespace the network namespace we are in; records of others are ignored
    UpRecord(StateFolder folder, String name, String namespace) {
        this(folder, name, namespace, PATIENCE);
    }

    /// @param patience how long to wait for a lock
    UpRecord(StateFolder folder, String name, String namespace, Duration patience) {
        this.folder = folder;
        this.name = name;
        this.namespace = namespace;
        this.patience = patience;
    }

    /// The record of an interface.
    ///
    /// @param table the table of its default routes, 0 for none
    /// @param complete whether `up` finished
    /// @param unreachable the routes that stay when the interface is gone
    record Entry(int table, boolean complete, List<UnreachableRoute> unreachable) {
        Entry {
            unreachable = List.copyOf(unreachable);
        }

        static final Entry BEGUN = new Entry(0, false, List.of());

        Entry completed() {
            return new Entry(table, true, unreachable);
        }
    }

    /// The entry, if there is one of this namespace.
    Optional<Entry> read() throws IOException {
        return read(name);
    }

    /// The entries of all other interfaces of this namespace.
    List<Entry> others() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String file : folder.names()) {
            if (!file.endsWith(SUFFIX) || file.equals(name + SUFFIX)) continue;
            String other = file.substring(0, file.length() - SUFFIX.length());
            read(other).ifPresent(entries::add);
        }
        return entries;
    }

    private Optional<Entry> read(String of) throws IOException {
        Optional<String> text = folder.read(of + SUFFIX);
        if (text.isEmpty()) return Optional.empty();
        List<String> lines = text.get().lines().toList();
        if (lines.size() < 3 || !lines.get(0).equals(namespace)) return Optional.empty();
        try {
            int table = Integer.parseUnsignedInt(lines.get(1));
            List<UnreachableRoute> unreachable =
                    lines.subList(3, lines.size()).stream()
                            .flatMap(line -> UnreachableRoute.parse(line).stream())
                            .toList();
            return Optional.of(new Entry(table, lines.get(2).equals(COMPLETE), unreachable));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    void write(Entry entry) throws IOException {
        StringBuilder text = new StringBuilder(namespace).append('\n');
        text.append(Integer.toUnsignedString(entry.table)).append('\n');
        text.append(entry.complete ? COMPLETE : "begun").append('\n');
        entry.unreachable.forEach(route -> text.append(route).append('\n'));
        folder.write(name + SUFFIX, text.toString());
    }

    /// Deletes the record of the interface in this namespace.
    void remove() throws IOException {
        if (read().isPresent()) folder.delete(name + SUFFIX);
    }

    /// Prevents other programs from bringing up the same interface until the channel is closed,
    /// with this program at the latest; null when another one is doing so.
    ///
    /// The lock is of a byte whose number is a hash of the name, in a file for all names. It is not
    /// the file of [#lockTables], as closing either would end both locks.
    @Nullable FileChannel lockName() throws IOException {
        CRC32 number = new CRC32();
        number.update(name.getBytes(StandardCharsets.UTF_8));
        return folder.tryLock(NAMES, number.getValue(), 1).orElse(null);
    }

    /// Lets only one `up` at a time choose a routing table and put its first rule there. Ends with
    /// the program at the latest.
    ///
    /// @param signals ends the wait for another one
    /// @param note told once about the wait
    FileChannel lockTables(SignalHold signals, Consumer<String> note)
            throws VerbFailure, IOException {
        Optional<FileChannel> lock =
                folder.lock(
                        TABLES,
                        patience,
                        signals::requested,
                        () -> note.accept("Waiting for another `up', which is adding its routes"));
        if (lock.isPresent()) return lock.get();
        if (signals.requested()) throw VerbFailure.told(StepRunner.INTERRUPTED);
        throw new VerbFailure(
                "another `up' has been adding its routes for "
                        + patience.toSeconds()
                        + " s: it holds the lock of "
                        + folder.path(TABLES));
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String COMPLETE = "complete";
    private static final String SUFFIX = ".wg-quick-state";
    private static final String NAMES = ".interface-names.lock";
    private static final String TABLES = ".routing-tables.lock";
}
