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

/// The file of a listening socket: ours as long as the same file is at its path. Thread-safe.
///
/// A listening socket keeps its inode, so while it is open no other file can be taken for it.
final class SocketFile {
    private volatile Path path;
    private final Object key;

    private SocketFile(Path path, Object key) {
        this.path = path;
        this.key = key;
    }

    /// The file that is at `path` now.
    static SocketFile at(Path path) throws IOException {
        return new SocketFile(path, keyOf(path));
    }

    /// A listening socket and its file.
    record Bound(ServerSocketChannel channel, SocketFile file) {}

    /// Listens at the path of `socket`, whose directory is made if need be. A socket there that
    /// nobody serves any more is replaced.
    ///
    /// The JDK cannot set the umask, so the socket is born in a directory of its own that only we
    /// may enter, gets its permissions there, and is then moved into place whole: nobody else can
    /// connect to it at any moment, and it is never seen before it listens. Where a crash leaves
    /// that directory behind, its name is no socket's and is not used again.
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

    /// Follows the file to another path: true when it is there, and then that is its path.
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

    /// Device and inode.
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
