package dev.adit.tools.show;

import dev.adit.device.config.Configurable;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;

import java.io.IOException;
import java.util.List;

/// Where interfaces are found. Thread-safe.
interface Interfaces {
    /// The names of those that answer.
    List<String> names() throws IOException;

    /// The interface of that name, which may not be there.
    Configurable open(String name);

    /// Those whose sockets lie in the system's folder for them.
    static Interfaces system() {
        return new Interfaces() {
            @Override
            public List<String> names() throws IOException {
                return UapiSocket.list(UapiSocket.DIRECTORY).stream()
                        .map(UapiSocket::name)
                        .toList();
            }

            @Override
            public Configurable open(String name) {
                return new UapiClient(new UapiSocket(name));
            }
        };
    }
}
