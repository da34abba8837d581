package dev.adit.os.linux;

import dev.adit.device.io.ErrnoException;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.PollFds;
import dev.adit.protocol.address.Endpoint;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/// Finds the endpoints whose source the routes have led away from. Confined to the thread that runs
/// it, but for [#learn] and [#close].
final class RouteWatch implements Runnable, AutoCloseable {

    // A packet that bears a source leaves by the interface of that source, whatever the routes say,
    // so somebody has to notice when they say something else. The kernel's WireGuard looks at every
    // new route, and gives a source up if the route leads to another interface. On a host with two
    // uplinks that would be too much: who was asked at the second one would answer from the first.
    // Here a source is given up only if the route has led to its interface before, so endpoints are
    // looked at soon after they were learnt, too.
    //
    // Looking at all of them costs some microseconds each: it is done at most once a second, and
    // for no more than a tenth of the time. While nobody listens, the kernel keeps what fits into
    // the socket's buffer, and a flag when there was more.

    private final Gate gate;
    private final IntSupplier mark;
    private final Consumer<Predicate<Endpoint>> review;
    private final RouteSocket events;
    private final RouteSocket questions;
    private final Wakeup learnt;
    private final AtomicBoolean isLearnt = new AtomicBoolean();
    private final PollFds all = new PollFds(Arena.ofAuto(), 3);
    private final PollFds withoutLearnt = new PollFds(Arena.ofAuto(), 2);
    private final PollFds closing = new PollFds(Arena.ofAuto(), 1);
    private Map<Endpoint, Boolean> known = new HashMap<>(); // whether the route fits
    private Set<Endpoint> left = new HashSet<>(); // by the routes, lately
    private int reviewed;
    private long leftUntil;
    private long nextLearning;

    /// @param gate the bind's, which is closed to end this
    /// @param wakeup signalled after that
    /// @param mark the firewall mark of what is sent
    /// @param review has the endpoints in use put to a test
    RouteWatch(Gate gate, Wakeup wakeup, IntSupplier mark, Consumer<Predicate<Endpoint>> review)
            throws ErrnoException {
        this.gate = gate;
        this.mark = mark;
        this.review = review;
        events = new RouteSocket(Arena.ofAuto(), Netlink.RTMGRP_ROUTING);
        questions = new RouteSocket(Arena.ofAuto(), 0);
        learnt = new Wakeup();
        closing.set(0, wakeup.fd(), PollFds.POLLIN);
        for (PollFds set : new PollFds[] {all, withoutLearnt}) {
            set.set(0, wakeup.fd(), PollFds.POLLIN);
            set.set(1, events.fd(), PollFds.POLLIN);
        }
        all.set(2, learnt.fd(), PollFds.POLLIN);
    }

    /// There is an endpoint that there was not before. Any thread, as often as it likes.
    void learn() {
        if (isLearnt.get() || !gate.enter()) return;
        try {
            if (isLearnt.compareAndSet(false, true)) learnt.signal();
        } finally {
            gate.leave();
        }
    }

    @Override
    public void run() {
        if (!gate.enter()) return;
        try {
            while (!gate.isClosed()) {
                await();
                // One change seldom comes alone.
                if (!closing.await(SETTLE)) look();
            }
        } catch (ErrnoException e) {
            throw new IllegalStateException("events of routes have ended", e);
        } finally {
            gate.leave();
        }
    }

    private void await() {
        long pause = nextLearning - System.nanoTime();
        if (pause > 0 && withoutLearnt.await((int) (pause / MILLISECOND) + 1)) return;
        all.await(NEVER);
    }

    private void look() throws ErrnoException {
        boolean changed = drain();
        long start = System.nanoTime();
        isLearnt.set(false);
        learnt.reset();
        if (start - leftUntil > 0) left.clear();
        if (changed) {
            Map<Endpoint, Boolean> before = known;
            known = new HashMap<>();
            Set<Endpoint> leaving = new HashSet<>();
            review.accept(endpoint -> strays(endpoint, before.get(endpoint), leaving));
            left = leaving;
            leftUntil = start + LEFT_TIME;
        } else {
            reviewed = 0;
            review.accept(this::hasComeBack);
            if (known.size() > 2 * reviewed + SPARE) forget();
        }
        long end = System.nanoTime();
        long period = left.isEmpty() ? LEARNING_PERIOD : PERIOD;
        nextLearning = end + Math.max(period, SHARE * (end - start));
        if (changed) closing.await((int) (Math.max(PERIOD, SHARE * (end - start)) / MILLISECOND));
    }

    /// Most endpoints that were looked at are in use no more: those that are, are looked at anew.
    private void forget() {
        known.clear();
        learn();
    }

    /// Takes the events that wait; true when there were any.
    private boolean drain() throws ErrnoException {
        boolean any = false;
        for (int i = 0; i < MOST_EVENTS && events.next(); i++) any = true;
        return events.takeLost() || any;
    }

    /// True when the route of `endpoint` has left its source.
    ///
    /// @param before whether it fitted when it was looked at last, or null
    private boolean strays(Endpoint endpoint, Boolean before, Set<Endpoint> leaving) {
        int index = route(endpoint);
        if (index == GONE) return true;
        if (index == UNKNOWN) {
            known.put(endpoint, Boolean.TRUE.equals(before));
            return false;
        }
        boolean fits = index == endpoint.sourceInterface();
        boolean strays = !fits && !Boolean.FALSE.equals(before);
        if (!strays) known.put(endpoint, fits);
        else if (before != null) leaving.add(endpoint);
        return strays;
    }

    /// True of an endpoint that was left lately and is there again, as packets were under way to
    /// the source. Looks at those that are new.
    private boolean hasComeBack(Endpoint endpoint) {
        reviewed++;
        if (known.containsKey(endpoint)) return false;
        int index = route(endpoint);
        boolean fits = index == endpoint.sourceInterface();
        if (!fits && left.contains(endpoint)) return true;
        if (index >= 0) known.put(endpoint, fits);
        return index == GONE;
    }

    /// The index of the interface that packets to `endpoint` would leave by, or what hinders them.
    private int route(Endpoint endpoint) {
        if (endpoint.sourceInterface() == 0) return UNKNOWN;
        int index = outgoing(endpoint);
        if (index != UNKNOWN) return index;
        return outgoing(endpoint.withoutSource()) == UNKNOWN ? UNKNOWN : GONE;
    }

    private int outgoing(Endpoint endpoint) {
        try {
            int request = questions.requestRoute(endpoint, mark.getAsInt());
            while (questions.next()) {
                if (questions.answers(request)) {
                    return questions.isRoute() ? questions.outgoing() : UNKNOWN;
                }
            }
        } catch (ErrnoException e) {
            // As if it had not answered.
        }
        return UNKNOWN;
    }

    /// Releases the descriptors, once the gate is closed and empty.
    @Override
    public void close() {
        events.close();
        questions.close();
        learnt.close();
    }

    private static final int GONE = -1; // no way leads there from the source, but another one does
    private static final int UNKNOWN = -2;
    private static final int MOST_EVENTS = 10_000;
    private static final int SPARE = 1000;
    private static final int SHARE = 10;
    private static final int NEVER = -1;
    private static final int SETTLE = 50; // milliseconds
    private static final long MILLISECOND = 1_000_000; // nanoseconds
    private static final long PERIOD = 1000 * MILLISECOND;
    private static final long LEARNING_PERIOD = 5000 * MILLISECOND;
    private static final long LEFT_TIME = 10_000 * MILLISECOND;
}
