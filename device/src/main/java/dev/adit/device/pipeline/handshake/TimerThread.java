package dev.adit.device.pipeline.handshake;

import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.pipeline.thread.PipelineThread;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Tunnel;

import java.util.concurrent.locks.LockSupport;

/// A thread that calls the tunnel when its earliest deadline has come. On an idle device it sleeps
/// until then.
public final class TimerThread extends PipelineThread {
    private final Clock clock;
    private final Tunnel tunnel;
    private final Actions actions;
    private volatile boolean ended;

    public TimerThread(Owner owner, Clock clock, Tunnel tunnel, Actions actions) {
        super(owner, "timers");
        this.clock = clock;
        this.tunnel = tunnel;
        this.actions = actions;
    }

    /// Wakes the thread because the earliest deadline has moved forward. Any thread.
    public void wake() {
        LockSupport.unpark(this);
    }

    public void end() {
        ended = true;
        wake();
    }

    @Override
    protected void work() {
        while (true) {
            long now = clock.now();
            tunnel.expire(now, actions);
            long next = tunnel.nextDeadline();
            // Here and not earlier: a lock on the way may have used up the permit that end() gave.
            if (ended) return;
            if (next > now) clock.parkUntil(this, next);
        }
    }

    @Override
    protected void release() {}
}
