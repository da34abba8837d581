package dev.adit.net.channels;

import dev.adit.net.core.TunnelStack;
import dev.adit.net.socket.SocketWaits;

import java.nio.channels.SelectionKey;
import java.util.Arrays;

/// Passes the events of a channel on: to the threads that wait in it, and to its selection keys.
/// Thread-safe.
final class ChannelEvents extends SocketWaits {
    // Replaced, never changed: events read it without a lock.
    private volatile ReadinessListener[] listeners = NONE;

    ChannelEvents(TunnelStack net) {
        super(net);
    }

    /// Has `listener` told from now on. What is ready already it has to see itself.
    synchronized void add(ReadinessListener listener) {
        ReadinessListener[] more = Arrays.copyOf(listeners, listeners.length + 1);
        more[listeners.length] = listener;
        listeners = more;
    }

    /// Has `listener` told no more.
    synchronized void remove(ReadinessListener listener) {
        listeners =
                Arrays.stream(listeners)
                        .filter(each -> each != listener)
                        .toArray(ReadinessListener[]::new);
    }

    @Override
    public void readable() {
        super.readable();
        tell(SelectionKey.OP_READ | SelectionKey.OP_ACCEPT);
    }

    @Override
    public void writable() {
        super.writable();
        tell(SelectionKey.OP_WRITE);
    }

    @Override
    public void changed() {
        super.changed();
        tell(~0);
    }

    private void tell(int operations) {
        for (ReadinessListener listener : listeners) listener.mayBeReady(operations);
    }

    private static final ReadinessListener[] NONE = {};
}
