package dev.adit.os.linux;

import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.SockAddr;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// The MTUs of the routes that lead into an interface, as far as they have one of their own, and
/// how they change. Confined to one thread.
///
/// Which route a packet took is not told with it, so a packet of n bytes may have come by any whose
/// MTU is not below n.
final class RouteMtus implements AutoCloseable {

    // Whenever a route has changed that leads into the interface, all are asked for anew: what
    // disappears with an address or an interface is not announced, nor what a new route replaces.
    // The routes of another namespace than ours cannot be asked for, only heard of. An interface
    // comes there without any, so all are heard of that it gets; an MTU is then remembered when its
    // route has gone, which costs packets of this length some padding.

    private final RouteSocket events;
    private final RouteSocket questions;
    private int namespace = RouteSocket.OWN;
    private int index;
    private SortedSet<Integer> mtus = new TreeSet<>();
    private int[] told = {};
    private boolean stale;
    private long notBefore = System.nanoTime();

    RouteMtus() throws ErrnoException {
        events = new RouteSocket(Arena.ofAuto(), Netlink.RTMGRP_ROUTES);
        try {
            questions = new RouteSocket(Arena.ofAuto(), 0);
        } catch (ErrnoException e) {
            events.close();
            throw e;
        }
    }

    /// Readable when routes have changed.
    int fd() {
        return events.fd();
    }

    /// The interface may have got or lost routes without a word.
    void linkChanged() {
        stale = true;
    }

    /// How many milliseconds to wait at most until the next look, or -1.
    int delay() {
        if (!stale) return -1;
        long left = notBefore - System.nanoTime();
        return left <= 0 ? 0 : (int) TimeUnit.NANOSECONDS.toMillis(left) + 1;
    }

    /// The MTUs of routes that lead into the interface of that index, in ascending order; null when
    /// they are those of the last time, or none the first time.
    int @Nullable [] changed(int namespace, int index) throws ErrnoException {
        if (namespace != this.namespace || index != this.index) follow(namespace, index);
        drain();
        if (stale && delay() == 0) look();
        int[] now = mtus.stream().mapToInt(Integer::intValue).toArray();
        if (Arrays.equals(now, told)) return null;
        told = now;
        return now.clone();
    }

    private void follow(int namespace, int index) {
        this.namespace = namespace;
        this.index = index;
        mtus = new TreeSet<>();
        stale = true;
        notBefore = System.nanoTime();
        if (namespace != RouteSocket.OWN) events.hearNamespaces();
    }

    private void drain() throws ErrnoException {
        for (int i = 0; i < MOST_EVENTS && events.next(); i++) {
            boolean route = events.isRoute() || events.isDeletedRoute();
            if (index == 0 || !route || events.origin() != namespace) continue;
            if (namespace == RouteSocket.OWN) {
                stale |= !mtus.isEmpty() || events.leadsTo(index);
            } else if (events.isRoute()) {
                hear(events, mtus);
            }
        }
        stale |= events.takeLost();
    }

    private void look() {
        long begin = System.nanoTime();
        stale = false;
        if (namespace != RouteSocket.OWN || index == 0) return;
        SortedSet<Integer> now = new TreeSet<>();
        if (!ask(now)) {
            stale = true;
            now.addAll(mtus);
        }
        mtus = now;
        long took = System.nanoTime() - begin;
        notBefore = begin + Math.max(SHORTEST_PAUSE, took * BUSY_SHARE);
    }

    /// Adds the MTUs of all routes; false when some may be missing.
    private boolean ask(SortedSet<Integer> into) {
        try {
            boolean v4 = ask(SockAddr.AF_INET, into), v6 = ask(SockAddr.AF_INET6, into);
            return v4 && v6;
        } catch (ErrnoException noMemory) {
            return false;
        }
    }

    /// Adds the MTUs of a family's routes; false when some may be missing.
    private boolean ask(int family, SortedSet<Integer> into) throws ErrnoException {
        int request = questions.requestRoutes(family, index);
        boolean whole = false, overtaken = false;
        while (questions.next()) {
            if (!questions.answers(request)) continue;
            if (questions.isRoute()) hear(questions, into);
            overtaken |= questions.isInterrupted();
            // A refusal is that of a kernel without the family.
            whole |= questions.isEnd() || questions.error() != 0;
        }
        return whole && !overtaken && !questions.takeLost();
    }

    private void hear(RouteSocket route, SortedSet<Integer> into) {
        int mtu = route.routeMtu();
        boolean counts = mtu > 0 && mtu <= LARGEST && route.leadsTo(index);
        if (counts) into.add(mtu);
    }

    @Override
    public void close() {
        events.close();
        questions.close();
    }

    private static final int LARGEST = 0xffff; // no packet is longer
    private static final int MOST_EVENTS = 1000;
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int BUSY_SHARE = 10; // a tenth of the time at most
}
