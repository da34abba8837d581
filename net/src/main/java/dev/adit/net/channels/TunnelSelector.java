package dev.adit.net.channels;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Waits for many channels on stacks at once, of any network, and for channels of the JDK beside
/// them.
///
/// It looks at a channel when an event has come, when its interest set is another, and as long as
/// it is ready: a selection costs what is ready and what has changed, not what is registered. As
/// with the JDK's selectors, a channel that stays ready is selected again and again.
///
/// Thread-safe as the JDK's selectors are: a selection holds the selector's monitor, and then that
/// of the selected keys. Events and [#wakeup] take neither.
final class TunnelSelector extends AbstractSelector {
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> visibleKeys = Collections.unmodifiableSet(keys);
    private final SelectedKeys selected = new SelectedKeys();
    private final KeyQueue<ChannelKey> changes = new KeyQueue<>();
    private final KeyQueue<TunnelSelectionKey> events = new KeyQueue<>();
    private final SelectorWait wait = new SelectorWait();
    private final HostChannels host = new HostChannels();
    private final List<TunnelSelectionKey> candidates = new ArrayList<>(); // to be looked at
    private int updated; // ready sets that the present selection has changed

    TunnelSelector(SelectorProvider provider) {
        super(provider);
    }

    private void checkOpen() {
        if (!isOpen()) throw new ClosedSelectorException();
    }

    @Override
    public Set<SelectionKey> keys() {
        checkOpen();
        return visibleKeys;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        checkOpen();
        return selected;
    }

    // ---- registering

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        checkOpen();
        ChannelKey key = key(channel);
        key.attach(attachment);
        keys.add(key);
        key.interestOps(ops);
        if (isOpen()) return key;
        key.cancel(); // closed meanwhile
        key.forget();
        keys.remove(key);
        throw new ClosedSelectorException();
    }

    private ChannelKey key(AbstractSelectableChannel channel) {
        if (channel instanceof TunnelChannel ours) {
            TunnelSelectionKey key =
                    new TunnelSelectionKey(this, channel, ours, changes, events, wait);
            key.listen();
            return key;
        }
        HostKey key = new HostKey(this, channel, changes);
        host.register(channel, key);
        return key;
    }

    // ---- selecting

    @Override
    public int selectNow() throws IOException {
        return selectWithin(0);
    }

    @Override
    public int select() throws IOException {
        return selectWithin(Long.MAX_VALUE);
    }

    @Override
    public int select(long millis) throws IOException {
        if (millis < 0) throw new IllegalArgumentException("Negative timeout");
        return selectWithin(millis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Override
    public Selector wakeup() {
        wait.wakeUp();
        return this;
    }

    /// Selects, and waits for at most so many nanoseconds.
    private int selectWithin(long nanos) throws IOException {
        synchronized (this) {
            synchronized (selected) {
                checkOpen();
                long begun = System.nanoTime();
                wait.begin();
                begin();
                try {
                    removeCancelled();
                    takeChanges();
                    updated = 0;
                    while (!look()) {
                        long left = nanos - (System.nanoTime() - begun);
                        if (left <= 0 || wait.isWokenUp() || !isOpen()) break;
                        await(left);
                    }
                    removeCancelled();
                    return updated;
                } finally {
                    end();
                    wait.end();
                }
            }
        }
    }

    private void await(long nanos) throws IOException {
        if (host.isEmpty()) wait.park(nanos);
        else host.await(wait, nanos, () -> !events.isEmpty());
    }

    /// Lets interest sets that were set since the last selection count.
    private void takeChanges() {
        for (ChannelKey key = changes.poll(); key != null; key = changes.poll()) {
            key.takeInterest();
            if (key instanceof TunnelSelectionKey ours) consider(ours);
        }
    }

    private void consider(TunnelSelectionKey key) {
        if (key.becomeCandidate()) candidates.add(key);
    }

    /// Looks at the channels that may be ready, and selects those that are.
    ///
    /// @return false when none is
    private boolean look() throws IOException {
        for (TunnelSelectionKey key = events.poll(); key != null; key = events.poll()) {
            key.dequeued(); // before it is looked at, so that no event is missed
            consider(key);
        }
        boolean any = false;
        for (int i = 0; i < candidates.size(); ) {
            TunnelSelectionKey key = candidates.get(i);
            int ready = key.look();
            if (ready == 0) {
                key.retire();
                TunnelSelectionKey last = candidates.removeLast();
                if (last != key) candidates.set(i, last);
                continue;
            }
            select(key, ready);
            any = true;
            i++;
        }
        if (!host.isEmpty()) any |= host.collect(this::select);
        return any;
    }

    private void select(ChannelKey key, int ready) {
        if (selected.contains(key)) {
            if (key.addReady(ready)) updated++;
            return;
        }
        key.setReady(ready);
        selected.select(key);
        updated++;
    }

    /// Removes keys that were cancelled.
    private void removeCancelled() throws IOException {
        List<SelectionKey> cancelled;
        Set<SelectionKey> all = cancelledKeys();
        synchronized (all) {
            if (all.isEmpty()) return;
            cancelled = new ArrayList<>(all);
            all.clear();
        }
        for (SelectionKey key : cancelled) remove((ChannelKey) key);
        host.flush();
    }

    private void remove(ChannelKey key) {
        key.forget();
        keys.remove(key);
        selected.remove(key);
        deregister(key);
    }

    // ---- closing

    @Override
    protected void implCloseSelector() throws IOException {
        wait.wakeUp();
        synchronized (this) {
            synchronized (selected) {
                for (SelectionKey each : keys) {
                    each.cancel();
                    remove((ChannelKey) each);
                }
                synchronized (cancelledKeys()) {
                    cancelledKeys().clear();
                }
                candidates.clear();
                host.close();
            }
        }
    }
}
