package dev.adit.tools.host;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a daemon to follow its interface, which was set up. Stateless.
///
/// The daemon is told of that somewhat later than the system. When it gets no sockets, it says so
/// and then sets the interface down again.
public final class LinkUp {
    /// Waits until the daemon has sockets, or knows that it has none; for as long as that may take
    /// on a busy machine.
    ///
    /// @param isDown whether the system has the interface down. As long as it is up, what the
    ///   daemon says of a failure is of an earlier time that it came up
    /// @return why the daemon has no sockets, or empty
    public static Optional<String> await(DeviceControl device, BooleanSupplier isDown)
            throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (true) {
            DeviceInfo notes = device.notes();
            String failure = notes.socketFailure();
            boolean over = System.nanoTime() - end > 0;
            boolean seen = notes.link() != DeviceInfo.Link.DOWN;
            if (seen || over || !failure.isEmpty() && isDown.getAsBoolean()) {
                return failure.isEmpty() ? Optional.empty() : Optional.of(failure);
            }
            LockSupport.parkNanos(POLL);
        }
    }

    private static final long PATIENCE = 5_000_000_000L; // nanoseconds
    private static final long POLL = 2_000_000L; // nanoseconds

    private LinkUp() {}
}
