package dev.adit.device.uapi;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// The file of our listening socket: creates it, and tells whether it is still the one at its path.
/// Thread-safe.
///
/// A listening socket keeps its inode, so while it is open no other file can be mistaken for it.
final class SocketFile {
    private volatile Path path;
    private final Object key;

    private SocketFile(Path path, Object key) {
        this.path = path;
        this.key = key;
    }

    /// The file at `path` now.
    static SocketFile at(Path path) throws IOException {
        return new SocketFile(path, keyOf(path));
    }

    /// A listening socket and its file.
    record Bound(ServerSocketChannel channel, SocketFile file) {}

    /// Listens at the path of `socket`, whose directory is created if necessary. A stale socket
    /// there, whose process is gone, is replaced.
    ///
    /// The JDK cannot set the umask, so the socket is created in a directory of its own that only
    /// we may enter, gets its permissions there, and is then moved into place: no other user can
    /// connect to it at any moment, and it is never visible before it listens. If a crash leaves
    /// that directory behind, its name is not that of a socket and is not used again.
    static Bound listen(UapiSocket socket) throws IOException {
        Path path = socket.path();
        Files.createDirectories(socket.directory(), READABLE_DIRECTORY);
        requireFree(path);
        Path nest =
                Files.createTempDirectory(
                        socket.directory(), "." + socket.name() + ".", OWNER_DIRECTORY);
        Path newborn = nest.resolve("s");
        try {
            return listen(newborn, path);
        } finally {
            Files.deleteIfExists(newborn);
            Files.deleteIfExists(nest);
        }
    }

    private static void requireFree(Path path) throws IOException {
        switch (SocketState.of(path)) {
            case MISSING, STALE -> {}
            case NOT_A_SOCKET ->
                    throw new FileSystemException(path.toString(), null, "not a socket");
            case LIVE -> throw new BindException("unix socket in use");
        }
    }

    private static Bound listen(Path newborn, Path path) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(newborn), BACKLOG);
            Files.setPosixFilePermissions(newborn, OWNER_ONLY);
            SocketFile file = new SocketFile(path, keyOf(newborn));
            Files.move(newborn, path, StandardCopyOption.ATOMIC_MOVE);
            return new Bound(channel, file);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /// True while this file, and not another one, is at its path.
    boolean isThere() {
        try {
            return Objects.equals(key, keyOf(path));
        } catch (IOException e) {
            return false;
        }
    }

    /// Sets the path to `elsewhere` if the file is there now; false if it is not.
    boolean follow(Path elsewhere) {
        SocketFile moved = new SocketFile(elsewhere, key);
        if (!moved.isThere()) return false;
        path = elsewhere;
        return true;
    }

    /// Deletes the file if it is there.
    void delete() throws IOException {
        if (isThere()) Files.deleteIfExists(path);
    }

    /// The device and inode of a file.
    private static Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private static final int BACKLOG = 128;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------"); // as wireguard-go leaves it
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    private static final FileAttribute<Set<PosixFilePermission>> READABLE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
}
