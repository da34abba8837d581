package dev.adit.os.linux;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// Caches the system's routes to endpoints, from their first use until routes may have changed.
/// Thread-safe, but for [#close].
///
/// A datagram that bears a source and an interface leaves by that interface, whatever the routes
/// say: IPv4 takes a destination that no route of the interface leads to for a neighbour, and asks
/// for it in vain. So the interface is named only where it has a route to the endpoint. A host with
/// two uplinks that was asked at the second answers by the second, and one that was asked at an
/// address that no route leads back from answers by the route that there is.
///
/// When the routes to an endpoint leave an interface, a source there is not used for a while unless
/// its own route leads to it: packets that are under way to it would bring it back. That is judged
/// as a datagram is sent, by routes as new as the last change, so it does not matter when the
/// source was learned. It holds too for a source that was never sent from while its route led
/// there: which way the system sends without a source is looked at as well.
final class RouteCache implements AutoCloseable {
    private final IntSupplier mark;
    private final LongSupplier clock;
    private final RouteSocket questions; // guarded by this
    private final Departure[] departures = new Departure[SLOTS]; // guarded by this
    private final AtomicReferenceArray<Route> routes = new AtomicReferenceArray<>(SLOTS);
    private volatile int generation;
    private volatile int lookups;

    /// What is known of an endpoint.
    private static final class Route {
        private final Endpoint endpoint;
        private final int outgoing; // where the last route led to that there was, or UNKNOWN
        private final int exit; // the interface to name, or 0
        private final @Nullable Departure departure; // from the interface of the source, or null
        private volatile int generation; // of the routes by which this is right

        Route(
                Endpoint endpoint,
                int generation,
                int outgoing,
                int exit,
                @Nullable Departure departure) {
            this.endpoint = endpoint;
            this.generation = generation;
            this.outgoing = outgoing;
            this.exit = exit;
            this.departure = departure;
        }

        boolean says(int outgoing, int exit, @Nullable Departure departure) {
            return this.outgoing == outgoing && this.exit == exit && this.departure == departure;
        }
    }

    /// A route to `address` that led to `outgoing` until it was seen at `time` that it does not.
    private record Departure(IpAddress address, int outgoing, long time) {}

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
        if (endpoint.hasSource() && endpoint.sourceInterface() == 0) return 0;
        int slot = slot(endpoint);
        Route route = routes.get(slot);
        if (route == null || route.generation != generation || !route.endpoint.equals(endpoint)) {
            route = look(slot, endpoint);
        }
        Departure left = route.departure;
        boolean lately = left != null && clock.getAsLong() - left.time < LEFT_TIME;
        return lately ? LEFT : route.exit;
    }

    /// Routes, rules, addresses, interfaces or the mark may have changed.
    void invalidate() {
        synchronized (this) {
            generation++;
        }
    }

    /// How many routes the system was asked for so far; it may overflow.
    int lookups() {
        return lookups;
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

    private Route look(Endpoint endpoint, @Nullable Route before) {
        int route = ask(endpoint, 0);
        // Without any route the last one counts: the next may come at once.
        int outgoing = route == UNKNOWN && before != null ? before.outgoing : route;
        if (before != null && before.outgoing != outgoing) depart(endpoint, before.outgoing);
        int exit = endpoint.sourceInterface();
        Departure departure = null;
        if (endpoint.hasSource() && route != exit) {
            departure = departure(endpoint);
            // An interface is a wish only for IPv6.
            if (!endpoint.address().v6() && ask(endpoint, exit) == UNKNOWN) exit = 0;
        }
        if (before == null || !before.says(outgoing, exit, departure)) {
            return new Route(endpoint, generation, outgoing, exit, departure);
        }
        before.generation = generation;
        return before;
    }

    /// Whether and when the routes to an endpoint have left the interface of its source.
    private @Nullable Departure departure(Endpoint endpoint) {
        Endpoint unbound = endpoint.withoutSource();
        look(slot(unbound), unbound); // notes whether that has left it just now
        int arrival = endpoint.sourceInterface();
        Departure last = departures[slot(endpoint.address(), arrival)];
        boolean its =
                last != null && last.outgoing == arrival && last.address.equals(endpoint.address());
        return its ? last : null;
    }

    private void depart(Endpoint endpoint, int outgoing) {
        departures[slot(endpoint.address(), outgoing)] =
                new Departure(endpoint.address(), outgoing, clock.getAsLong());
    }

    /// The index of the interface that the route leaves by, or [#UNKNOWN].
    ///
    /// @param by the interface that it has to leave by, or 0 for any
    @SuppressWarnings("NonAtomicVolatileUpdate") // a figure for tests
    private int ask(Endpoint endpoint, int by) {
        lookups++;
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
        long bits = bits(endpoint.address()) * 31;
        if (endpoint.source() != null) bits += bits(endpoint.source());
        return slot((bits * 31 + endpoint.port()) * 31 + endpoint.sourceInterface());
    }

    private static int slot(IpAddress address, int outgoing) {
        return slot(bits(address) * 31 + outgoing);
    }

    private static int slot(long bits) {
        return (int) (bits * MIXER >>> Long.SIZE - SLOT_BITS);
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
