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

/// The state of a socket's path.
enum SocketState {
    /// There is no file.
    MISSING,
    /// There is a file that is not a socket.
    NOT_A_SOCKET,
    /// There is a socket whose process is gone.
    STALE,
    /// There is a socket that a process serves, or that may be served.
    LIVE;

    /// Finds out the state by a connection that sends nothing.
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

    /// @throws NoSuchFileException when there is no file
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
