package dev.adit.stack.schedule;

import dev.adit.stack.socket.StackEvents;

import org.jspecify.annotations.Nullable;

/// An object that transmits, has a deadline and reports events: a connection, a UDP port, a queue
/// of control packets. The fields here are guarded by the [Scheduler].
public abstract class Schedulable {
    @Nullable Schedulable nextControl;
    @Nullable Schedulable nextData;
    @Nullable Schedulable nextEvent;
    boolean isControlQueued;
    boolean isDataQueued;
    boolean isEventQueued;
    long dueAt = Scheduler.NEVER;
    int heapIndex; // 0 when it has no deadline

    private volatile @Nullable Object attachment;

    protected Schedulable() {}

    /// Keeps an object of the program's, in place of the one before.
    public final void attach(Object object) {
        attachment = object;
    }

    /// The object that [#attach] was called with last, or null.
    public final @Nullable Object attachment() {
        return attachment;
    }

    /// Writes what is due, at most one super-packet of data. Called by the transmitting thread, no
    /// monitor held.
    ///
    /// @return true when there is more to send that may be sent now
    protected abstract boolean transmit(long now, PacketWriter out);

    /// The deadline has come; a new one has to be set. Called with no monitor held.
    protected void expire(long now) {}

    /// Tells its news. Called with no monitor held.
    protected void deliver(StackEvents events) {}
}
