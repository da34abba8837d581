package dev.adit.device.config;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// What can be configured and asked for its state: a device here, or one in another process.
/// Thread-safe.
public interface DeviceControl {
    /// Applies the whole of `update`, or nothing of it.
    ///
    /// @throws IOException when the system refuses; with [dev.adit.ip.port.ErrnoException] it says
    ///   why
    void configure(DeviceUpdate update) throws IOException;

    /// The state now. Whoever asks erases it after use.
    DeviceStatus status() throws IOException;

    /// What it is set to beyond that; [DeviceInfo#NONE] of an implementation that has nothing more.
    DeviceInfo notes() throws IOException;

    /// Looks up the names of the endpoints of `peers` now, of all when there are none among them,
    /// and sends to where they lead. Waits for that, but not long.
    ///
    /// @return what came of it, for every peer of them whose endpoint has a name; none of an
    ///   implementation that keeps no names
    default List<Resolution> resolve(List<PublicKey> peers) throws IOException {
        return List.of();
    }

    /// How many packets were not delivered, by reason. A reason that is missing never occurred.
    Map<DropReason, Long> drops() throws IOException;
}
