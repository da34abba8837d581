package dev.adit.tools.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// The folder with the tools' undo records and lock files. Only its owner can open any of them, so
/// no other user can hold a lock or change a record. Immutable.
///
/// Modes are set whatever the umask is, and checked before use: files of another user and symbolic
/// links are not used.
public final class StateFolder {
    private final Path path;

    /// @param path the folder, which need not exist yet
    public StateFolder(Path path) {
        this.path = path;
    }

    /// Creates the folder if it does not exist, and closes it to other users if it is open to them.
    ///
    /// @throws IOException when it belongs to another user or is not a folder
    public void prepare() throws IOException {
        if (path.getParent() != null) Files.createDirectories(path.getParent());
        try {
            Files.createDirectory(path, CLOSED_FOLDER);
        } catch (FileAlreadyExistsException e) {
            // It is checked like a new one.
        }
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("`" + path + "' is not a folder");
        }
        if (!isOurs(path)) throw new IOException("`" + path + "' belongs to another user");
        close(path, "rwx------");
    }

    /// True when we could read the files in the folder.
    public boolean isReadable() {
        return !Files.exists(path) || Files.isReadable(path) && Files.isExecutable(path);
    }

    /// The path of a file, for messages and for programs that are to read it.
    public Path path(String file) {
        return path.resolve(file);
    }

    /// Locks a file for this program, until the channel is closed.
    ///
    /// @param patience how long to wait for another program
    /// @param stop ends the wait when it returns true
    /// @param waiting called once when there is something to wait for
    /// @return empty when the wait ended without the lock
    public Optional<FileChannel> lock(
            String file, Duration patience, BooleanSupplier stop, Runnable waiting)
            throws IOException {
        long start = System.nanoTime();
        for (int attempt = 0; ; attempt++) {
            Optional<FileChannel> lock = tryLock(file, 0, Long.MAX_VALUE);
            if (lock.isPresent()) return lock;
            if (stop.getAsBoolean() || System.nanoTime() - start > patience.toNanos()) return lock;
            if (attempt == 0) waiting.run();
            LockSupport.parkNanos(POLL);
        }
    }

    /// Locks a part of a file, until the channel is closed; empty when another program has it.
    public Optional<FileChannel> tryLock(String file, long from, long length) throws IOException {
        FileChannel channel = open(file);
        FileLock lock = null;
        try {
            lock = channel.tryLock(from, length, false);
        } catch (OverlappingFileLockException e) {
            // This program has it.
        } finally {
            if (lock == null) channel.close();
        }
        return Optional.ofNullable(lock).map(_ -> channel);
    }

    /// Opens a file for locking, and creates it if necessary.
    private FileChannel open(String file) throws IOException {
        prepare();
        Path target = path(file);
        // A file of another user dates from a time when the folder was open.
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !isUsable(target)) {
            Files.delete(target);
        }
        FileChannel channel = FileChannel.open(target, OPEN, CLOSED_FILE);
        close(target, "rw-------");
        return channel;
    }

    /// Replaces a file, so that it is the old one or the new one at every moment.
    public void write(String file, String text) throws IOException {
        prepare();
        Path next = path("." + file + ".new");
        Files.deleteIfExists(next);
        try (FileChannel channel = FileChannel.open(next, CREATE, CLOSED_FILE)) {
            close(next, "rw-------");
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) channel.write(bytes);
        }
        Files.move(next, path(file), StandardCopyOption.ATOMIC_MOVE);
    }

    /// The text of a file; empty when it does not exist or belongs to another user.
    public Optional<String> read(String file) throws IOException {
        try {
            if (!isUsable(path(file))) return Optional.empty();
            return Optional.of(Files.readString(path(file), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Deletes a file, if it exists.
    public void delete(String file) throws IOException {
        Files.deleteIfExists(path(file));
    }

    /// The names of the files in the folder, in no particular order.
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (NoSuchFileException e) {
            // The folder was never used.
        }
        return names;
    }

    private static boolean isUsable(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && isOurs(file);
    }

    private static boolean isOurs(Path file) throws IOException {
        Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private static void close(Path file, String mode) throws IOException {
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(mode);
        if (!Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(wanted)) {
            Files.setPosixFilePermissions(file, wanted);
        }
    }

    private static FileAttribute<?> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    private static final FileAttribute<?> CLOSED_FOLDER = mode("rwx------");
    private static final FileAttribute<?> CLOSED_FILE = mode("rw-------");
    private static final long POLL = 20_000_000; // nanoseconds
    private static final Set<OpenOption> OPEN =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
}
