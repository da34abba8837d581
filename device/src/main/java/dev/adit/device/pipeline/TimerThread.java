package dev.adit.device.pipeline;

import java.util.concurrent.locks.LockSupport;

/// Calls the tunnel when its earliest deadline has come. An idle device sleeps until then.
final class TimerThread extends PipelineThread {
    private final Engine engine;
    private volatile boolean ended;

    TimerThread(Engine engine) {
        super(engine, "timers");
        this.engine = engine;
    }

    /// The earliest deadline has moved forward. Any thread.
    void wake() {
        LockSupport.unpark(this);
    }

    void end() {
        ended = true;
        wake();
    }

    @Override
    void work() {
        while (true) {
            long now = engine.clock.now();
            engine.tunnel.expire(now, engine.actions);
            long next = engine.tunnel.nextDeadline();
            // Here and not before: a lock on the way may have used up the permit that end() gave.
            if (ended) return;
            if (next == Long.MAX_VALUE) LockSupport.park(this);
            else if (next > now) LockSupport.parkNanos(this, Math.min(next - now, LONGEST_PARK));
        }
    }

    @Override
    void release() {}

    /// Nanoseconds. While the machine sleeps, time passes and parking does not: so deadlines that
    /// have passed meanwhile, as that of old keys, are seen soon.
    private static final long LONGEST_PARK = 30_000_000_000L;
}
