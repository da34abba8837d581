package dev.adit.device.secret;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/// Reads and writes files that hold secrets, without leaving copies in memory. Stateless.
public final class SecretFile {
    /// Reads all bytes of `file`, which may be a pipe. The caller erases them.
    public static byte[] read(Path file) throws IOException {
        byte[] bytes = new byte[4096];
        int length = 0;
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            // Outside the heap: for a buffer on the heap, the JDK makes such a copy of its own.
            ByteBuffer chunk = arena.allocate(CHUNK).asByteBuffer();
            try {
                while (channel.read(chunk.clear()) >= 0) {
                    chunk.flip();
                    bytes = reserve(bytes, length, chunk.remaining(), file);
                    int read = chunk.remaining();
                    chunk.get(bytes, length, read);
                    length += read;
                }
                return Arrays.copyOf(bytes, length);
            } finally {
                chunk.clear().put(new byte[CHUNK]);
            }
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Returns an array with room for `more` bytes behind the first `length` of `bytes`.
    private static byte[] reserve(byte[] bytes, int length, int more, Path file)
            throws FileSystemException {
        if (bytes.length - length >= more) return bytes;
        if (length > MAX_LENGTH) {
            throw new FileSystemException(file.toString(), null, "too large for a configuration");
        }
        byte[] grown = Arrays.copyOf(bytes, 2 * bytes.length + more);
        Arrays.fill(bytes, (byte) 0);
        return grown;
    }

    /// Writes `file`, readable by its owner alone, in place of an existing one, and waits until it
    /// is on the disk.
    public static void write(Path file, byte[] text) throws IOException {
        Files.deleteIfExists(file);
        try (Arena arena = Arena.ofConfined();
                FileChannel channel =
                        FileChannel.open(
                                file,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = arena.allocate(text.length).asByteBuffer();
            try {
                buffer.put(text).flip();
                while (buffer.hasRemaining()) channel.write(buffer);
            } finally {
                buffer.clear().put(new byte[text.length]);
            }
            channel.force(true);
        }
    }

    private static final int CHUNK = 4096;
    private static final int MAX_LENGTH = 1 << 28;

    private SecretFile() {}
}
