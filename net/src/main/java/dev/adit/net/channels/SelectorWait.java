package dev.adit.net.channels;

import dev.adit.net.core.Waiter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.function.BooleanSupplier;

/// The place where the thread of a selector waits: parked, or in a selector of the JDK when
/// channels of the JDK are registered too. One thread at a time waits; thread-safe otherwise.
final class SelectorWait {
    private final Waiter waiter = new Waiter();
    private volatile @Nullable Selector entered; // of the JDK, while the thread is there
    private volatile boolean isWokenUp;

    void begin() {
        waiter.begin();
    }

    /// The selection is over, and with it what woke it up.
    void end() {
        waiter.end();
        isWokenUp = false;
    }

    /// Parks for at most so many nanoseconds; may return early.
    void park(long nanos) {
        waiter.await(nanos);
    }

    /// Waits in a selector of the JDK, unless there is `news` already.
    void enter(Selector host, long nanos, BooleanSupplier news) throws IOException {
        entered = host; // from now on a wake-up goes there
        try {
            if (news.getAsBoolean() || isWokenUp) host.selectNow();
            else host.select(Math.max(1, nanos / 1_000_000));
        } finally {
            entered = null;
            host.selectedKeys().clear();
        }
    }

    /// Has the thread look for events, if it waits.
    void wake() {
        waiter.wake();
        Selector host = entered;
        if (host != null) host.wakeup();
    }

    /// Ends the selection, or the next one.
    void wakeUp() {
        isWokenUp = true;
        wake();
    }

    boolean isWokenUp() {
        return isWokenUp;
    }
}
