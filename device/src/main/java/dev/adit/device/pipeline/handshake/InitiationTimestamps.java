package dev.adit.device.pipeline.handshake;

import dev.adit.device.event.DeviceEvent.ClockSetBack;
import dev.adit.device.event.DeviceListener;

import java.time.Duration;
import java.time.Instant;

/// The timestamps of our initiations: the time of day, except that they never decrease.
/// Thread-safe.
///
/// A peer refuses an initiation that is not later than the last one it has accepted (paper §5.1),
/// so after the clock was set back no handshake would succeed until it is as late again. In the
/// meantime initiations get the latest timestamp used, plus a little each second: each peer's are
/// at least that far apart, and when the clock has caught up, they follow it again.
public final class InitiationTimestamps {
    private final DeviceListener events;

    // Guarded by this.
    private Instant latest = Instant.EPOCH;
    private long steppedAt;
    private boolean behind;
    private boolean isTold; // that the clock was set back, since it was last ahead

    public InitiationTimestamps(DeviceListener events) {
        this.events = events;
    }

    /// The timestamp of an initiation that is made now.
    ///
    /// @param now nanoseconds since the device started
    synchronized Instant next(long now, Instant timeOfDay) {
        if (timeOfDay.isAfter(latest)) {
            latest = timeOfDay;
            behind = isTold = false;
            return latest;
        }
        Duration by = Duration.between(timeOfDay, latest);
        if (!isTold && by.compareTo(SLEWED) >= 0) {
            isTold = true;
            events.event(new ClockSetBack(by));
        }
        if (!behind || now - steppedAt >= STEP_INTERVAL) {
            latest = latest.plusNanos(STEP);
            steppedAt = now;
        }
        behind = true;
        return latest;
    }

    /// The least step that is told: clocks are corrected by less all the time, and two initiations
    /// may have the same time.
    private static final Duration SLEWED = Duration.ofSeconds(1);

    private static final long STEP_INTERVAL = 1_000_000_000L; // less than Rekey-Timeout

    /// Nanoseconds, more than the unit that timestamps are rounded to.
    private static final long STEP = 20_000_000L;
}
