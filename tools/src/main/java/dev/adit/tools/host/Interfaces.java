package dev.adit.tools.host;

import dev.adit.device.config.DeviceControl;

import java.io.IOException;
import java.util.List;

/// Where interfaces are found. Thread-safe.
public interface Interfaces {
    /// The names of those that answer, in no order.
    List<String> names() throws IOException;

    /// The interface of that name, which may not be there.
    DeviceControl device(String name);
}
