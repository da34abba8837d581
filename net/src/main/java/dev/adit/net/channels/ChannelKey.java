package dev.adit.net.channels;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;
import java.util.concurrent.atomic.AtomicBoolean;

/// A channel's registration with a selector. Thread-safe.
///
/// What a program sets counts from the next selection on, so each key has two interest sets: that
/// which was set, and that which the selector has taken over.
abstract class ChannelKey extends AbstractSelectionKey {
    private final Selector selector;
    private final SelectableChannel channel;
    private final KeyQueue<ChannelKey> changes;
    private final AtomicBoolean isChanged = new AtomicBoolean();
    private volatile int interest;
    private volatile int ready;

    /// @param changes where it puts itself when its interest set is another
    ChannelKey(Selector selector, SelectableChannel channel, KeyQueue<ChannelKey> changes) {
        this.selector = selector;
        this.channel = channel;
        this.changes = changes;
    }

    @Override
    public final SelectableChannel channel() {
        return channel;
    }

    @Override
    public final Selector selector() {
        return selector;
    }

    private void checkValid() {
        if (!isValid()) throw new CancelledKeyException();
    }

    @Override
    public final int interestOps() {
        checkValid();
        return interest;
    }

    @Override
    public final SelectionKey interestOps(int operations) {
        checkValid();
        if ((operations & ~channel.validOps()) != 0) throw new IllegalArgumentException();
        interest = operations;
        if (isChanged.compareAndSet(false, true)) changes.add(this);
        return this;
    }

    @Override
    public final int readyOps() {
        checkValid();
        return ready;
    }

    // ---- for the selector, with its monitor held

    /// Has the interest set count that is set now.
    final void takeInterest() {
        isChanged.set(false);
        watch(interest);
    }

    /// The interest set that counts is this one.
    abstract void watch(int operations);

    /// The registration is over.
    abstract void forget();

    /// Replaces the ready set.
    final void setReady(int operations) {
        ready = operations;
    }

    /// Adds to the ready set.
    ///
    /// @return false when nothing is new
    final boolean addReady(int operations) {
        int before = ready;
        ready = before | operations;
        return ready != before;
    }
}
