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
            engine.tunnel.expire(now, engine.wants);
            long next = engine.tunnel.nextDeadline();
            // Here and not before: a lock on the way may have used up the permit that end() gave.
            if (ended) return;
            if (next == Long.MAX_VALUE) LockSupport.park(this);
            else if (next > now) LockSupport.parkNanos(this, next - now);
        }
    }

    @Override
    void release() {}
}
