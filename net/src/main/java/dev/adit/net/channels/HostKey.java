package dev.adit.net.channels;

import org.jspecify.annotations.Nullable;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/// The key of a channel of the JDK, which has a key of the JDK behind it. Thread-safe.
final class HostKey extends ChannelKey {
    private volatile @Nullable SelectionKey behind;

    /// @param changes where it puts itself when its interest set is another
    HostKey(Selector selector, SelectableChannel channel, KeyQueue<ChannelKey> changes) {
        super(selector, channel, changes);
    }

    void behind(SelectionKey key) {
        behind = key;
    }

    @Override
    void watch(int operations) {
        SelectionKey key = behind;
        try {
            if (key != null) key.interestOps(operations);
        } catch (CancelledKeyException closed) {
            // The channel is closed, and this key cancelled with it.
        }
    }

    @Override
    void forget() {
        SelectionKey key = behind;
        if (key != null) key.cancel();
    }
}
