package dev.adit.tools.host;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Waits for a daemon to follow its interface, which was set up. Stateless.
///
/// The daemon is told of that somewhat later than the system. When it gets no sockets, it says so
/// and then sets the interface down again.
public final class LinkUp {
    /// Waits until the daemon has sockets, or knows that it has none; for as long as that may take
    /// on a busy machine.
    ///
    /// @return why it has none, or empty
    public static Optional<String> await(DeviceControl device) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (true) {
            DeviceInfo notes = device.notes();
            if (!notes.socketFailure().isEmpty()) return Optional.of(notes.socketFailure());
            boolean over = System.nanoTime() - end > 0;
            if (notes.link() != DeviceInfo.Link.DOWN || over) return Optional.empty();
            LockSupport.parkNanos(POLL);
        }
    }

    private static final long PATIENCE = 5_000_000_000L; // nanoseconds
    private static final long POLL = 2_000_000L; // nanoseconds

    private LinkUp() {}
}
