package dev.adit.tools.host;

import dev.adit.device.config.DeviceControl;

import java.io.IOException;
import java.util.List;

/// Finds WireGuard interfaces. Thread-safe.
public interface Interfaces {
    /// The names of those that answer, in no particular order.
    List<String> names() throws IOException;

    /// The interface of that name, which need not exist.
    DeviceControl device(String name);
}
