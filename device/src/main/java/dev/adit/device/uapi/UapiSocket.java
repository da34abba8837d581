package dev.adit.device.uapi;

import dev.adit.ip.port.ErrnoException;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The path of an interface's configuration socket: `DIRECTORY/NAME.sock`. Immutable.
///
/// @param directory the directory of all sockets
/// @param name the name of the interface
public record UapiSocket(Path directory, String name) {
    /// The directory in which wg(8) looks.
    public static final Path DIRECTORY = Path.of("/var/run/wireguard");

    /// The socket in the directory in which wg(8) looks.
    public UapiSocket(String name) {
        this(DIRECTORY, name);
    }

    /// The directory of a user's own sockets, whose processes need not be root's:
    /// `$XDG_RUNTIME_DIR/wireguard`; without that variable the one in which wg(8) looks.
    ///
    /// @param environment of this process
    public static Path directory(Map<String, String> environment) {
        String own = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return own.startsWith("/") ? Path.of(own, "wireguard") : DIRECTORY;
    }

    /// The socket of that name that this user may connect to: where wg(8) looks, else among this
    /// user's own; where wg(8) looks if there is none.
    public static UapiSocket find(String name, Map<String, String> environment) {
        UapiSocket usual = new UapiSocket(name);
        UapiSocket own = new UapiSocket(directory(environment), name);
        return !usual.isReachable() && own.isReachable() ? own : usual;
    }

    private boolean isReachable() {
        try {
            Path path = path();
            return Files.isWritable(path) && SocketState.of(path) == SocketState.LIVE;
        } catch (IOException e) {
            return false;
        }
    }

    /// The path of the socket.
    ///
    /// @throws ErrnoException EINVAL when the name cannot be that of a file
    Path path() throws ErrnoException {
        return file().orElseThrow(() -> UapiErrno.EINVAL.of("socket name"));
    }

    /// The path of the socket; empty when the name cannot be that of a file.
    Optional<Path> file() {
        boolean valid = !name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
        return valid ? Optional.of(directory.resolve(name + SUFFIX)) : Optional.empty();
    }

    /// The interfaces that have a socket in `directory`, in no particular order.
    ///
    /// A stale socket, whose process is gone, is removed, as wg(8) does; one that we may not
    /// connect to is listed.
    ///
    /// @throws IOException when the directory exists and cannot be read
    public static List<UapiSocket> list(Path directory) throws IOException {
        List<UapiSocket> sockets = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.length() <= SUFFIX.length() || !name.endsWith(SUFFIX)) continue;
                SocketState state = SocketState.of(file);
                if (state == SocketState.STALE) Files.deleteIfExists(file);
                if (state != SocketState.LIVE) continue;
                String nameAlone = name.substring(0, name.length() - SUFFIX.length());
                sockets.add(new UapiSocket(directory, nameAlone));
            }
        } catch (NoSuchFileException e) {
            return List.of(); // there was never a socket here
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return sockets;
    }

    private static final String SUFFIX = ".sock";
}
