package dev.adit.device.config;

import dev.adit.protocol.verdict.DropReason;

import java.io.IOException;
import java.util.Map;

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

    /// What it is set to beyond that; [DeviceNotes#NONE] of an implementation that has nothing
    /// more.
    DeviceNotes notes() throws IOException;

    /// How many packets were not delivered, by reason. A reason that is missing never occurred.
    Map<DropReason, Long> drops() throws IOException;
}
