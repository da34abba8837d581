package dev.adit.tools.host;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The userspace daemons of this machine, by the names of their interfaces.
public interface Daemons extends Interfaces {
    /// True when a daemon serves the interface of that name.
    default boolean serves(String name) throws IOException {
        return names().contains(name);
    }

    /// True when its daemon was started in the network namespace we are in, wherever the interface
    /// has been moved since.
    default boolean isOfThisNamespace(String name) throws IOException {
        return serves(name);
    }

    /// Watches its present daemon, to wait for its end.
    Watch watch(String name);

    /// Renames the configuration socket of an interface that was renamed.
    ///
    /// @throws IOException when there is such a socket already, or the file cannot be moved
    default void rename(String from, String to) throws IOException {
        throw new IOException("cannot be renamed here");
    }

    /// The process id of its daemon; empty when that cannot be known.
    default OptionalLong process(String name) {
        return OptionalLong.empty();
    }

    /// A daemon whose interface is about to be removed.
    interface Watch {
        /// Waits a while for the daemon to end, and to release its ports, after its interface was
        /// removed. If it has not noticed, its socket is deleted, which is the other sign for it to
        /// end.
        ///
        /// @throws IOException also when it goes on running nevertheless
        void awaitEnd() throws IOException;
    }

    /// The daemons whose sockets are where wg(8) looks.
    static Daemons system() {
        return new Daemons() {
            @Override
            public List<String> names() throws IOException {
                return UapiSocket.list(UapiSocket.DIRECTORY).stream()
                        .map(UapiSocket::name)
                        .toList();
            }

            @Override
            public DeviceControl device(String name) {
                return new UapiClient(new UapiSocket(name));
            }

            @Override
            public boolean isOfThisNamespace(String name) throws IOException {
                return serves(name) && ServingProcess.of(name).isPresent();
            }

            @Override
            public Watch watch(String name) {
                Optional<ServingProcess> process = ServingProcess.of(name);
                return () -> {
                    if (hasEnded(name, process)) return;
                    Files.deleteIfExists(UapiSocket.DIRECTORY.resolve(name + ".sock"));
                    if (hasEnded(name, process)) return;
                    throw new IOException("`" + name + "' is gone, but its daemon has not ended");
                };
            }

            // Waits a while for the daemon to end.
            private boolean hasEnded(String name, Optional<ServingProcess> process)
                    throws IOException {
                long deadline = System.nanoTime() + PATIENCE;
                while (serves(name) || process.map(ServingProcess::isRunning).orElse(false)) {
                    if (System.nanoTime() > deadline) return false;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                }
                return true;
            }

            @Override
            public void rename(String from, String to) throws IOException {
                Path folder = UapiSocket.DIRECTORY;
                // A link, not a move, which would replace an existing file.
                Files.createLink(folder.resolve(to + ".sock"), folder.resolve(from + ".sock"));
                Files.delete(folder.resolve(from + ".sock"));
            }

            @Override
            public OptionalLong process(String name) {
                return ServingProcess.of(name)
                        .map(process -> OptionalLong.of(process.handle().pid()))
                        .orElseGet(OptionalLong::empty);
            }

            private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);
        };
    }
}
