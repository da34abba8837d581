package dev.adit.tools.log;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;

/// A log file that only its owner can read, created with the first line. When it has grown too
/// large, it replaces the previous old file, and a new one is begun. Lines that cannot be written
/// are dropped; each line tries again. Thread-safe.
///
/// Neither the file nor its folder may be a symbolic link, and no other user may write to the
/// folder: otherwise they could have lines appended to any file.
final class LogFile {
    private final @Nullable Path path;
    private @Nullable SeekableByteChannel channel; // guarded by this; null while there is no file
    private boolean begun; // guarded by this

    /// @param path the file, or null for none
    LogFile(@Nullable Path path) {
        this.path = path;
    }

    /// True once there was a line.
    synchronized boolean isOpen() {
        return begun;
    }

    synchronized void write(byte[] line) {
        Path path = this.path;
        if (path == null) return;
        try {
            if (channel == null) channel = open(path, false);
            begun = true;
            if (channel.size() + line.length > MAX_SIZE) channel = turn(path, channel);
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) channel.write(bytes);
        } catch (IOException | UnsupportedOperationException e) {
            // A full disk must not stop a tunnel.
        }
    }

    private SeekableByteChannel turn(Path path, SeekableByteChannel full) throws IOException {
        try (full) {
            channel = null;
        }
        return open(path, true);
    }

    /// @param anew whether an existing file becomes the old one
    private static SeekableByteChannel open(Path path, boolean anew) throws IOException {
        Path folder = Objects.requireNonNull(path.getParent());
        createFolder(folder);
        // From here on by descriptor, so that no path can be replaced in between.
        try (DirectoryStream<Path> above = Files.newDirectoryStream(folder.getParent());
                SecureDirectoryStream<Path> within =
                        secure(above)
                                .newDirectoryStream(
                                        folder.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
            requireOurs(path, within);
            Path name = path.getFileName();
            if (anew) keepOld(within, name);
            return within.newByteChannel(name, APPEND, FILE);
        }
    }

    private static void keepOld(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        try {
            folder.move(name, folder, Path.of(name + ".old"));
        } catch (NoSuchFileException removed) {
            // There is nothing to keep.
        }
    }

    private static void createFolder(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return;
        Files.createDirectories(folder.getParent());
        Files.createDirectory(folder, FOLDER);
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
            throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) return secure;
        throw new IOException("no folders by descriptor on this system");
    }

    private static void requireOurs(Path path, SecureDirectoryStream<Path> folder)
            throws IOException {
        PosixFileAttributes attributes =
                folder.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
        Set<PosixFilePermission> permissions = attributes.permissions();
        boolean shared =
                permissions.contains(PosixFilePermission.GROUP_WRITE)
                        || permissions.contains(PosixFilePermission.OTHERS_WRITE);
        if (shared || !isOurs(attributes.owner())) {
            throw new FileSystemException(path.toString(), null, "others may write to its folder");
        }
    }

    private static boolean isOurs(UserPrincipal owner) throws IOException {
        try {
            return owner.equals(Files.getOwner(Path.of("/proc/self")));
        } catch (NoSuchFileException noProc) {
            return true;
        }
    }

    private static FileAttribute<?> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    private static final long MAX_SIZE = 1 << 20; // bytes
    private static final Set<OpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<?> FOLDER = permissions("rwx------");
    private static final FileAttribute<?> FILE = permissions("rw-------");
}
