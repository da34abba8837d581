package dev.adit.tools.host;

import dev.adit.device.config.Configurable;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The userspace daemons of this machine, by the names of their interfaces.
public interface Daemons extends Interfaces {
    /// Whether one serves the interface of that name.
    default boolean serves(String name) throws IOException {
        return names().contains(name);
    }

    /// The daemon that serves it now, to be waited for.
    Watch watch(String name);

    /// A daemon whose interface is about to go.
    interface Watch {
        /// Waits a while until the daemon has ended, and with it its hold on ports, now that its
        /// interface is gone. One that has not noticed loses its socket, which is the other sign
        /// for it to end.
        void awaitEnd() throws IOException;
    }

    /// Those whose sockets lie where wg(8) looks.
    static Daemons system() {
        return new Daemons() {
            @Override
            public List<String> names() throws IOException {
                return UapiSocket.list(UapiSocket.DIRECTORY).stream()
                        .map(UapiSocket::name)
                        .toList();
            }

            @Override
            public Configurable device(String name) {
                return new UapiClient(new UapiSocket(name));
            }

            @Override
            public Watch watch(String name) {
                Optional<ServingProcess> process = ServingProcess.of(name);
                return () -> {
                    long deadline = System.nanoTime() + PATIENCE;
                    while (serves(name) || process.map(ServingProcess::isRunning).orElse(false)) {
                        if (System.nanoTime() > deadline) {
                            Files.deleteIfExists(UapiSocket.DIRECTORY.resolve(name + ".sock"));
                            return;
                        }
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                    }
                };
            }

            private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);
        };
    }
}
