package dev.adit.net.channels;

import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;

/// The key of a channel on a stack. Events have it looked at by its selector: nothing else does.
/// Thread-safe.
final class TunnelSelectionKey extends ChannelKey implements ReadinessListener {
    private final TunnelChannel source;
    private final KeyQueue<TunnelSelectionKey> events;
    private final SelectorWait wait;
    private final AtomicBoolean isQueued = new AtomicBoolean();
    private volatile int watched;
    private boolean isCandidate; // guarded by the selector, as is what sets it

    /// @param changes where it puts itself when its interest set is another
    /// @param events where it puts itself when it may have become ready
    /// @param wait where the selector waits for that
    TunnelSelectionKey(
            Selector selector,
            SelectableChannel channel,
            TunnelChannel source,
            KeyQueue<ChannelKey> changes,
            KeyQueue<TunnelSelectionKey> events,
            SelectorWait wait) {
        super(selector, channel, changes);
        this.source = source;
        this.events = events;
        this.wait = wait;
    }

    /// Has events find it.
    void listen() {
        source.events().add(this);
    }

    @Override
    public void mayBeReady(int operations) {
        // An event that comes before `watch` is seen by the look that follows it.
        if ((watched & operations) == 0 || !isQueued.compareAndSet(false, true)) return;
        events.add(this);
        wait.wake();
    }

    /// It is taken from the queue of events; those from now on put it there again.
    void dequeued() {
        isQueued.set(false);
    }

    @Override
    void watch(int operations) {
        watched = operations;
    }

    @Override
    void forget() {
        watched = 0;
        source.events().remove(this);
    }

    /// Looks which operations of the interest set would not wait now.
    int look() {
        int operations = watched;
        return operations == 0 || !isValid() ? 0 : source.ready(operations);
    }

    /// Makes it one of those that a selection looks at.
    ///
    /// @return false when it is one already
    boolean becomeCandidate() {
        if (isCandidate) return false;
        isCandidate = true;
        return true;
    }

    /// It is looked at no more until an event comes.
    void retire() {
        isCandidate = false;
    }
}
