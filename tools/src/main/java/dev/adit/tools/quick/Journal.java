package dev.adit.tools.quick;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// What `up` has done to the system that does not vanish with the interface, kept in a file so that
/// `down` can undo it whatever became of `up` and of the daemon. Confined to one thread.
///
/// It is written before what it tells of is done.
final class Journal {
    private final Path directory;
    private final String name;
    private final String namespace;

    /// @param directory of all journals
    /// @param name of the interface
    /// @param namespace the network namespace we are in; journals of others are none
    Journal(Path directory, String name, String namespace) {
        this.directory = directory;
        this.name = name;
        this.namespace = namespace;
    }

    /// What is known of an interface.
    ///
    /// @param table of its default routes, 0 for none
    /// @param complete whether `up` came to its end
    record Entry(int table, boolean complete) {}

    /// The entry, if there is one of this namespace.
    Optional<Entry> read() throws IOException {
        try {
            List<String> lines = Files.readAllLines(file());
            if (lines.size() != 3 || !lines.get(0).equals(namespace)) return Optional.empty();
            int table = Integer.parseUnsignedInt(lines.get(1));
            return Optional.of(new Entry(table, lines.get(2).equals(COMPLETE)));
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    void write(Entry entry) throws IOException {
        Files.createDirectories(directory);
        Path next = directory.resolve(name + ".next");
        String end = entry.complete ? COMPLETE : "begun";
        String table = Integer.toUnsignedString(entry.table);
        Files.writeString(next, namespace + "\n" + table + "\n" + end + "\n");
        Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Forgets the interface, in this namespace.
    void remove() throws IOException {
        if (read().isPresent()) Files.deleteIfExists(file());
    }

    /// Keeps others from bringing up the same interface until the channel is closed, with this
    /// program at the latest; null when somebody else is at it.
    ///
    /// The lock is of a byte with a number made of the name, in a file for all names. It is not the
    /// file of [#lockTables], as closing either would end both locks.
    FileChannel lockName() throws IOException {
        CRC32 number = new CRC32();
        number.update(name.getBytes(StandardCharsets.UTF_8));
        FileChannel channel = open(".names");
        FileLock lock = null;
        try {
            lock = channel.tryLock(number.getValue(), 1, false);
        } catch (OverlappingFileLockException e) {
            // It is somebody in this program.
        } finally {
            if (lock == null) channel.close();
        }
        return lock == null ? null : channel;
    }

    /// Lets only one `up` at a time choose a routing table and put its first rule there. Ends with
    /// the program at the latest.
    FileChannel lockTables() throws IOException {
        FileChannel channel = open(".lock");
        try {
            channel.lock();
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private FileChannel open(String file) throws IOException {
        Files.createDirectories(directory);
        return FileChannel.open(
                directory.resolve(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private Path file() {
        return directory.resolve(name);
    }

    private static final String COMPLETE = "complete";
}
