package dev.adit.tools.quick;

import dev.adit.device.config.Configurable;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The userspace daemons of this machine, by the names of their interfaces.
interface Daemons {
    /// Whether one serves the interface of that name.
    boolean serves(String name) throws IOException;

    /// The device of the daemon that serves it.
    Configurable device(String name);

    /// Waits until nobody serves it any more, now that its interface is gone. A daemon that has not
    /// noticed loses its socket, which is the other sign for it to end.
    void awaitEnd(String name) throws IOException;

    /// Those whose sockets lie where wg(8) looks.
    static Daemons system() {
        return new Daemons() {
            @Override
            public boolean serves(String name) throws IOException {
                return UapiSocket.list(UapiSocket.DIRECTORY).stream()
                        .anyMatch(socket -> socket.name().equals(name));
            }

            @Override
            public Configurable device(String name) {
                return new UapiClient(new UapiSocket(name));
            }

            @Override
            public void awaitEnd(String name) throws IOException {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
                while (serves(name)) {
                    if (System.nanoTime() > deadline) {
                        Path directory = UapiSocket.DIRECTORY;
                        Files.deleteIfExists(directory.resolve(name + ".sock"));
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                }
            }
        };
    }
}
