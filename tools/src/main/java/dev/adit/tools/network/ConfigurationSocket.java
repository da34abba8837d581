package dev.adit.tools.network;

import dev.adit.device.uapi.UapiServer;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.net.Network;
import dev.adit.tools.terminal.FileErrorText;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/// The configuration socket of a network's device, for `adit show` and `adit set`. Stateless.
final class ConfigurationSocket {
    /// Opens it by the name of the network, for this user and root alone; empty when it cannot be
    /// had, of which a warning is logged: the network works without it.
    static Optional<UapiServer> open(Network network, Map<String, String> environment) {
        Path folder = UapiSocket.directory(environment);
        String file = folder.resolve(network.name() + ".sock").toString();
        try {
            UapiServer server =
                    UapiServer.listen(
                            new UapiSocket(folder, network.name()),
                            network.device(),
                            () -> LOG.log(Level.WARNING, "{0} was removed", file));
            Files.setPosixFilePermissions(
                    Path.of(file), PosixFilePermissions.fromString("rw-------"));
            return Optional.of(server);
        } catch (FileAlreadyExistsException e) {
            warn(network, file, "`" + e.getFile() + "' is not a folder");
        } catch (FileSystemException e) {
            warn(network, file, FileErrorText.of(e));
        } catch (IOException e) {
            warn(network, file, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private static void warn(Network network, String file, String reason) {
        LOG.log(
                Level.WARNING,
                "{0}: no configuration socket {1}: {2}",
                network.name(),
                file,
                reason);
    }

    private static final System.Logger LOG = System.getLogger("dev.adit.tools.network");

    private ConfigurationSocket() {}
}
