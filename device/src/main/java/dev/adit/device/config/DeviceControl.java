package dev.adit.device.config;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Control of a device, in this process or another: configuration, state and counters. Thread-safe.
public interface DeviceControl {
    /// Applies the whole of `update`, or nothing of it.
    ///
    /// @throws IOException when the system refuses; an [dev.adit.ip.port.ErrnoException] gives the
    ///   reason
    void configure(DeviceUpdate update) throws IOException;

    /// How large a [#configuration] would be now: zero for an implementation that cannot say
    /// without making one. It may be another size by then.
    default ConfigurationSize configurationSize() throws IOException {
        return new ConfigurationSize(0, 0);
    }

    /// The present configuration with copies of all keys, and the counters. The caller erases it
    /// after use.
    DeviceConfiguration configuration() throws IOException;

    /// The present state and counters without any key, for monitoring.
    ///
    /// A device in this process copies no key for that. From one in another process, which UAPI
    /// makes answer with its keys, they are erased here.
    default DeviceStatus status() throws IOException {
        DeviceConfiguration configuration = configuration();
        try {
            return configuration.status();
        } finally {
            configuration.erase();
        }
    }

    /// Adit's own additions to the state; [DeviceInfo#NONE] for other implementations.
    DeviceInfo notes() throws IOException;

    /// Resolves the endpoint names of `peers` now, of all peers when the list is empty, and updates
    /// the endpoints. Waits for that for a limited time.
    ///
    /// @return the results, for every one of the peers whose endpoint has a name; empty for an
    ///   implementation that keeps no names
    default List<Resolution> resolve(List<PublicKey> peers) throws IOException {
        return List.of();
    }

    /// The number of packets dropped, by reason. A reason that is missing never occurred.
    Map<DropReason, Long> drops() throws IOException;
}
