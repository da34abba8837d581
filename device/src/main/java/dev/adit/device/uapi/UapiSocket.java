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
import java.util.Optional;

/// Where the configuration socket of an interface is: `DIRECTORY/NAME.sock`. Immutable.
///
/// @param directory the directory of all sockets
/// @param name the name of the interface
public record UapiSocket(Path directory, String name) {
    /// Where wg(8) looks.
    public static final Path DIRECTORY = Path.of("/var/run/wireguard");

    /// The socket where wg(8) looks for it.
    public UapiSocket(String name) {
        this(DIRECTORY, name);
    }

    /// The path of the socket.
    ///
    /// @throws ErrnoException EINVAL when no file can have the name
    Path path() throws ErrnoException {
        return file().orElseThrow(() -> Errno.EINVAL.of("socket name"));
    }

    /// The same, empty when no file can have the name.
    Optional<Path> file() {
        boolean valid = !name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
        return valid ? Optional.of(directory.resolve(name + SUFFIX)) : Optional.empty();
    }

    /// The interfaces that have a socket in `directory`, in no order.
    ///
    /// A socket that nobody serves any more is removed, as wg(8) does; one that may not be
    /// connected to is listed.
    ///
    /// @throws IOException when the directory is there and cannot be read
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
            return List.of(); // nobody ever served a socket here
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return sockets;
    }

    private static final String SUFFIX = ".sock";
}
