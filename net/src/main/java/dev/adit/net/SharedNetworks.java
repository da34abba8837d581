package dev.adit.net;

import dev.adit.device.config.ConfigException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Reference-counted networks of this program, one for each configuration file. Thread-safe.
final class SharedNetworks {
    private static final Map<Path, SharedNetworks> ALL = new HashMap<>(); // guarded by itself

    private final RunningNetwork engine;
    private int users; // guarded by ALL

    /// Closes a network for one of its users.
    interface Release {
        void close(RunningNetwork engine, Duration grace);

        /// That of a network with one user.
        Release SOLE = RunningNetwork::close;
    }

    private SharedNetworks(RunningNetwork engine) {
        this.engine = engine;
    }

    /// The network of a file, with one more user. Opening one keeps others from being opened or
    /// closed meanwhile.
    static Network get(Path file) throws IOException, ConfigException {
        Path key = file.toRealPath();
        synchronized (ALL) {
            SharedNetworks shared = ALL.get(key);
            if (shared == null || shared.engine.stack().isClosing()) {
                shared = new SharedNetworks(new NetworkBuilder().config(key).engine());
                ALL.put(key, shared);
            }
            shared.users++;
            SharedNetworks used = shared;
            return new Network(used.engine, (engine, grace) -> used.leave(key, grace));
        }
    }

    private void leave(Path key, Duration grace) {
        synchronized (ALL) {
            if (--users > 0) return;
            ALL.remove(key, this);
        }
        engine.close(grace);
    }
}
