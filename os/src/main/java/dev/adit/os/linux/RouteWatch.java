package dev.adit.os.linux;

import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.PollFds;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.function.IntSupplier;

/// Watches netlink for route changes, and calls a listener when there may have been one. Confined
/// to the thread that runs it, but for [#close].
///
/// A change is told at once, or within a fiftieth of a second after the one before. Each makes
/// routes be looked up anew, so the pause grows with the lookups that were made since the last one,
/// to a second where thousands of endpoints are in use, and not with the number of changes.
final class RouteWatch implements Runnable, AutoCloseable {
    private final UseCount uses;
    private final Runnable changed;
    private final IntSupplier lookups;
    private final RouteSocket events;
    private final PollFds ready = new PollFds(Arena.ofAuto(), 2);
    private final PollFds closing = new PollFds(Arena.ofAuto(), 1);

    /// @param uses the bind's, which is closed to end this
    /// @param wakeup signalled after that
    /// @param changed told of changes
    /// @param lookups how many routes were looked up so far
    RouteWatch(UseCount uses, Wakeup wakeup, Runnable changed, IntSupplier lookups)
            throws ErrnoException {
        this.uses = uses;
        this.changed = changed;
        this.lookups = lookups;
        events = new RouteSocket(Arena.ofAuto(), Netlink.RTMGRP_ROUTING);
        closing.set(0, wakeup.fd(), PollFds.POLLIN);
        ready.set(0, wakeup.fd(), PollFds.POLLIN);
        ready.set(1, events.fd(), PollFds.POLLIN);
    }

    @Override
    public void run() {
        if (!uses.enter()) return;
        try {
            follow();
        } catch (ErrnoException | RuntimeException | OutOfMemoryError e) {
            LOG.log(Level.WARNING, "Routes are looked at once a second, not when they change", e);
            while (!closing.await(LONGEST_PAUSE)) changed.run();
        } finally {
            uses.leave();
        }
    }

    private void follow() throws ErrnoException {
        while (!uses.isClosed()) {
            ready.await(NEVER);
            if (!drain()) continue;
            int before = lookups.getAsInt();
            changed.run();
            pause(before);
        }
    }

    /// Waits until no more than so many lookups were made in a millisecond, or the bind is closed.
    ///
    /// @param before the number of lookups when the pause began
    private void pause(int before) {
        int passed = 0;
        for (int due = SHORTEST_PAUSE; passed < due; ) {
            if (closing.await(due - passed)) return;
            passed = due;
            int made = lookups.getAsInt() - before;
            due = Math.clamp(made / LOOKUPS_PER_MILLISECOND, SHORTEST_PAUSE, LONGEST_PAUSE);
        }
    }

    /// Takes the events that wait; true when there were any.
    private boolean drain() throws ErrnoException {
        boolean any = false;
        for (int i = 0; i < MOST_EVENTS && events.next(); i++) any = true;
        return events.takeLost() || any;
    }

    /// Releases the descriptor, once the gate is closed and empty.
    @Override
    public void close() {
        events.close();
    }

    private static final System.Logger LOG = System.getLogger("adit.routes");
    private static final int MOST_EVENTS = 10_000;
    private static final int NEVER = -1;
    private static final int SHORTEST_PAUSE = 20; // milliseconds
    private static final int LONGEST_PAUSE = 1000; // milliseconds
    private static final int LOOKUPS_PER_MILLISECOND = 10; // of some microseconds each
}
