package dev.adit.device;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.listener.DeviceLog;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// The failure that ends a device, told to its listeners as soon as there is memory for that.
/// Thread-safe.
final class DeviceFailure {
    private final DeviceListener events;
    private final DeviceLog log;
    private final AtomicReference<Throwable> first = new AtomicReference<>();
    private volatile @Nullable Throwable untold; // a failure that is not logged yet

    DeviceFailure(DeviceListener events, DeviceLog log) {
        this.events = events;
        this.log = log;
    }

    /// Notes and tells a failure. Without memory even that may fail; then the cause is logged once
    /// the device has released its memory.
    void note(Throwable cause) {
        first.compareAndSet(null, cause);
        try {
            events.event(new DeviceEvent.Failed(cause));
        } catch (RuntimeException | Error e) {
            untold = cause;
        }
    }

    /// Logs a failure that could not be logged, with as little effort as possible: classes whose
    /// initialisation failed for want of memory stay unusable.
    void tell() {
        if (untold != null) log.error("Device failed: ".concat(untold.toString()));
        untold = null;
    }

    /// The first failure, if there was one.
    Optional<Throwable> get() {
        return Optional.ofNullable(first.get());
    }
}
