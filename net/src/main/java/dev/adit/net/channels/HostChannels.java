package dev.adit.net.channels;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;

/// The channels of the JDK that are registered with a selector of ours: they are in a selector of
/// the JDK as well, in which ours waits as long as there are any.
///
/// Registering is thread-safe; the rest is guarded by the selector.
final class HostChannels {
    private volatile @Nullable Selector inner; // null until the first is registered

    /// Registers the channel of `key` with the selector of the JDK.
    void register(AbstractSelectableChannel channel, HostKey key) {
        try {
            Selector selector = open(channel);
            if (selector.provider() != channel.provider()) throw new IllegalSelectorException();
            key.behind(channel.register(selector, 0, key));
        } catch (ClosedChannelException e) {
            throw new IllegalSelectorException(); // not seen: the caller has looked
        }
    }

    private synchronized Selector open(AbstractSelectableChannel channel) {
        Selector opened = inner;
        if (opened != null) return opened;
        try {
            opened = channel.provider().openSelector();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        inner = opened;
        return opened;
    }

    boolean isEmpty() {
        Selector opened = inner;
        return opened == null || opened.keys().isEmpty();
    }

    /// Waits for at most so many nanoseconds until one is ready, or there is `news`, or `wait` is
    /// woken; there has to be one.
    void await(SelectorWait wait, long nanos, BooleanSupplier news) throws IOException {
        Selector opened = inner;
        if (opened != null) wait.enter(opened, nanos, news);
    }

    /// Gives those that are ready, with the operations they are ready for.
    ///
    /// @return false when there are none
    boolean collect(ObjIntConsumer<HostKey> ready) throws IOException {
        Selector opened = inner;
        if (opened == null) return false;
        opened.selectNow();
        boolean any = false;
        for (SelectionKey key : opened.selectedKeys()) {
            if (!key.isValid() || !(key.attachment() instanceof HostKey ours)) continue;
            if (!ours.isValid()) continue;
            ready.accept(ours, key.readyOps());
            any = true;
        }
        opened.selectedKeys().clear();
        return any;
    }

    /// Lets cancelled keys go, so that their channels can be registered again.
    void flush() throws IOException {
        Selector opened = inner;
        if (opened == null) return;
        opened.selectNow();
        opened.selectedKeys().clear();
    }

    void close() throws IOException {
        Selector opened = inner;
        if (opened != null) opened.close();
    }
}
