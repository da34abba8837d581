package dev.adit.tools.host;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The interfaces whose configuration sockets are where wg(8) looks, and those of this user's own
/// proxies, which have no interface of the system. Immutable.
///
/// @param environment of this process, which says where the second ones are
public record ConfigurationSockets(Map<String, String> environment) implements Interfaces {
    /// Those of this process.
    public static ConfigurationSockets system() {
        return new ConfigurationSockets(System.getenv());
    }

    @Override
    public List<String> names() throws IOException {
        Set<String> names = new LinkedHashSet<>();
        Path own = UapiSocket.directory(environment);
        for (UapiSocket socket : UapiSocket.list(UapiSocket.DIRECTORY)) names.add(socket.name());
        for (UapiSocket socket : UapiSocket.list(own)) names.add(socket.name());
        return List.copyOf(names);
    }

    @Override
    public DeviceControl device(String name) {
        return new UapiClient(UapiSocket.find(name, environment));
    }
}
