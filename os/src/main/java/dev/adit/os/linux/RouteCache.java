package dev.adit.os.linux;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// The system's routes to endpoints that have a source address, as far as they were needed, until
/// they may have changed. Thread-safe, but for [#close].
///
/// A datagram that bears a source and an interface leaves by that interface, whatever the routes
/// say: IPv4 takes a destination that no route of the interface leads to for a neighbour, and asks
/// for it in vain. So the interface is named only where it has a route to the endpoint. A host with
/// two uplinks that was asked at the second answers by the second, and one that was asked at an
/// address that no route leads back from answers by the route that there is.
///
/// When a route that led to the interface of a source comes to lead to another one, that source is
/// left: for a while it is not used, as packets that are under way to it bring it back.
final class RouteCache implements AutoCloseable {
    private final IntSupplier mark;
    private final LongSupplier clock;
    private final RouteSocket questions; // guarded by this
    private final AtomicReferenceArray<Route> routes = new AtomicReferenceArray<>(SLOTS);
    private volatile int generation;

    /// What is known of an endpoint.
    ///
    /// @param fits whether the route from the source leads to its interface
    /// @param left whether it did so before, until `leftAt`
    private record Route(
            Endpoint endpoint, int generation, int exit, boolean fits, boolean left, long leftAt) {}

    /// @param mark the firewall mark of what is sent
    RouteCache(IntSupplier mark) throws ErrnoException {
        this(mark, System::nanoTime);
    }

    /// @param clock nanoseconds since whenever
    RouteCache(IntSupplier mark, LongSupplier clock) throws ErrnoException {
        this.mark = mark;
        this.clock = clock;
        questions = new RouteSocket(Arena.ofAuto(), 0);
    }

    /// The index of the interface that a datagram from the source of `endpoint` should name, 0 when
    /// it should name none, or [#LEFT] when it should not bear that source. Allocates nothing for
    /// what is known.
    int exit(Endpoint endpoint) {
        if (endpoint.sourceInterface() == 0) return 0;
        int slot = slot(endpoint);
        Route route = routes.get(slot);
        if (route == null || route.generation != generation || !route.endpoint.equals(endpoint)) {
            route = look(slot, endpoint);
        }
        boolean leftLately = route.left && clock.getAsLong() - route.leftAt < LEFT_TIME;
        return leftLately ? LEFT : route.exit;
    }

    /// Routes, rules, addresses, interfaces or the mark may have changed.
    void invalidate() {
        synchronized (this) {
            generation++;
        }
    }

    // The kernel answers within the call, so the monitor is held for some microseconds.
    private synchronized Route look(int slot, Endpoint endpoint) {
        Route before = routes.get(slot);
        if (before != null && !before.endpoint.equals(endpoint)) before = null;
        if (before != null && before.generation == generation) return before;
        Route now = look(endpoint, before);
        routes.set(slot, now);
        return now;
    }

    private Route look(Endpoint endpoint, Route before) {
        int arrival = endpoint.sourceInterface();
        int outgoing = ask(endpoint, 0);
        boolean fits = outgoing == arrival;
        if (fits) return new Route(endpoint, generation, arrival, true, false, 0);
        // An interface is a wish only for IPv6.
        boolean named = endpoint.address().v6() || ask(endpoint, arrival) != UNKNOWN;
        int exit = named ? arrival : 0;
        if (before == null) return new Route(endpoint, generation, exit, false, false, 0);
        // Without any route the last one counts: the next may come at once.
        boolean stays = before.fits && outgoing == UNKNOWN;
        boolean leaves = before.fits && !stays;
        long leftAt = leaves ? clock.getAsLong() : before.leftAt;
        return new Route(endpoint, generation, exit, stays, leaves || before.left, leftAt);
    }

    /// The index of the interface that the route leaves by, or [#UNKNOWN].
    ///
    /// @param by the interface that it has to leave by, or 0 for any
    private int ask(Endpoint endpoint, int by) {
        try {
            int request = questions.requestRoute(endpoint, mark.getAsInt(), by);
            while (questions.next()) {
                if (questions.answers(request)) {
                    return questions.isRoute() ? questions.outgoing() : UNKNOWN;
                }
            }
        } catch (ErrnoException e) {
            // As if there were none.
        }
        return UNKNOWN;
    }

    private static int slot(Endpoint endpoint) {
        long bits = bits(endpoint.address()) * 31 + bits(endpoint.source());
        bits = ((bits * 31 + endpoint.port()) * 31 + endpoint.sourceInterface()) * MIXER;
        return (int) (bits >>> Long.SIZE - SLOT_BITS);
    }

    private static long bits(IpAddress address) {
        return address.high() * MIXER ^ address.low();
    }

    /// Releases the descriptor. No thread may be here any more.
    @Override
    public void close() {
        questions.close();
    }

    /// The routes have left the source.
    static final int LEFT = -1;

    /// For how long a source is not used that was left: somewhat longer than a peer needs to hear
    /// from the other one, which is 10 s when it is answered by a keepalive only.
    static final long LEFT_TIME = 15_000_000_000L; // nanoseconds

    private static final int UNKNOWN = -2;
    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final long MIXER = 0x9e3779b97f4a7c15L;
}
