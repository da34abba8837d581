package dev.adit.device.uapi;

import jdk.net.ExtendedSocketOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/// Decides whether a client's user may configure the device: root and the user of this process may.
/// Thread-safe.
///
/// The permissions of the socket's file say the same. This check also holds if they were changed,
/// and for an inherited socket. If the system does not tell the user, only the file decides.
final class PeerCredentials {
    private final Path socket;

    /// @param socket the file of the socket, which belongs to the user of this process
    PeerCredentials(Path socket) {
        this.socket = socket;
    }

    /// The client's user if it may not configure the device; null if it may.
    @Nullable UserPrincipal refused(SocketChannel client) throws IOException {
        if (!client.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) return null;
        UserPrincipal user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        // The system's user database, which may be slow, is asked as little as possible.
        if (user.equals(own()) || user.equals(number("0"))) return null;
        return user.equals(outsider()) ? null : user;
    }

    private UserPrincipal own() throws IOException {
        Path process = Path.of("/proc/self");
        return Files.getOwner(Files.exists(process) ? process : socket);
    }

    /// In a user namespace, the number that stands for all users from outside, of whom only root
    /// can access a file of ours; null elsewhere, where that number is a user like any other.
    private @Nullable UserPrincipal outsider() throws IOException {
        Path map = Path.of("/proc/self/uid_map");
        if (!Files.isReadable(map)) return null;
        boolean all = Files.readString(map).strip().matches("0\\s+0\\s+4294967295");
        return all ? null : number(Files.readString(OVERFLOW).strip());
    }

    /// The JDK accepts a number if there is no user of that name.
    private UserPrincipal number(String uid) throws IOException {
        FileSystem files = socket.getFileSystem();
        return files.getUserPrincipalLookupService().lookupPrincipalByName(uid);
    }

    private static final Path OVERFLOW = Path.of("/proc/sys/kernel/overflowuid");
}
