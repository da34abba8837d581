package dev.adit.device.uapi;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// What is at the path of a socket.
enum SocketState {
    /// Nothing.
    MISSING,
    /// Something else.
    NOT_A_SOCKET,
    /// A socket that nobody serves: its process is gone.
    STALE,
    /// A socket that somebody serves, or that does not tell.
    LIVE;

    /// Finds out, by a connection that carries nothing.
    static SocketState of(Path path) throws IOException {
        try {
            if (!isSocket(path)) return NOT_A_SOCKET;
        } catch (NoSuchFileException e) {
            return MISSING;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // a server with a full queue must not hold us up
            probe.connect(UnixDomainSocketAddress.of(path));
            return LIVE;
        } catch (ConnectException refused) {
            return STALE;
        } catch (IOException e) {
            return LIVE; // no permission, for one
        }
    }

    /// @throws NoSuchFileException when there is nothing
    static boolean isSocket(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Files.readAttributes(path, BasicFileAttributes.class).isOther();
        }
        int mode = (int) Files.getAttribute(path, "unix:mode");
        return (mode & S_IFMT) == S_IFSOCK;
    }

    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;
}
