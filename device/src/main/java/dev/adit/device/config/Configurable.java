package dev.adit.device.config;

import java.io.IOException;

/// What can be configured and asked for its state: a device here, or one in another process.
/// Thread-safe.
public interface Configurable {
    /// Applies the whole of `update`, or nothing of it.
    ///
    /// @throws IOException when the system refuses; with [dev.adit.device.io.ErrnoException] it
    ///   says why
    void configure(DeviceUpdate update) throws IOException;

    /// The state now. Whoever asks erases it after use.
    DeviceStatus status() throws IOException;
}
