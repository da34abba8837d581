package dev.adit.os.linux;

import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.PollFds;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;

/// Reports that the system's routes may have changed. Confined to the thread that runs it, except
/// for [#close].
///
/// The first change is reported at once. Those that follow closely are reported together, and the
/// pauses between reports grow to a second while changes go on, since every report causes all
/// endpoints in use to be looked up again.
final class RouteWatch implements Runnable, AutoCloseable {
    private final UseCount uses;
    private final Runnable changed;
    private final RouteSocket events;
    private final PollFds ready = new PollFds(Arena.ofAuto(), 2);
    private final PollFds closing = new PollFds(Arena.ofAuto(), 1);

    /// @param uses the bind's use count, which is closed to end this
    /// @param wakeup signalled after that
    /// @param changed called after changes
    RouteWatch(UseCount uses, Wakeup wakeup, Runnable changed) throws ErrnoException {
        this.uses = uses;
        this.changed = changed;
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
        } catch (ErrnoException | RuntimeException e) {
            LOG.log(Level.WARNING, "Routes are checked once a second, not when they change", e);
            while (!closing.await(LONGEST_PAUSE)) changed.run();
        } finally {
            uses.leave();
        }
    }

    private void follow() throws ErrnoException {
        int pause = SHORTEST_PAUSE;
        while (!uses.isClosed()) {
            ready.await(NEVER);
            if (!drain()) continue;
            changed.run();
            closing.await(pause);
            boolean goesOn = ready.await(0);
            pause = goesOn ? Math.min(2 * pause, LONGEST_PAUSE) : SHORTEST_PAUSE;
        }
    }

    /// Takes the waiting events; true when there were any.
    private boolean drain() throws ErrnoException {
        boolean any = false;
        for (int i = 0; i < MOST_EVENTS && events.next(); i++) any = true;
        return events.takeLost() || any;
    }

    /// Releases the descriptor, once the use count is closed and zero.
    @Override
    public void close() {
        events.close();
    }

    private static final System.Logger LOG = System.getLogger("adit.routes");
    private static final int MOST_EVENTS = 10_000;
    private static final int NEVER = -1;
    private static final int SHORTEST_PAUSE = 20; // milliseconds
    private static final int LONGEST_PAUSE = 1000; // milliseconds
}
