package dev.adit.os.linux;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// A cache of the system's routes to endpoints with a source address, valid until the routes may
/// have changed. Thread-safe, except for [#close].
///
/// A datagram with a source and an interface leaves by that interface, whatever the routes say: if
/// no route of the interface leads to the destination, IPv4 takes it for a neighbour, and asks for
/// it in vain. So the interface is named only if it has a route to the endpoint. A host with two
/// uplinks that receives a packet on the second answers by the second; if no route leads back from
/// the address that received it, the answer takes the normal route.
///
/// When a route that led to the interface of a source changes to another interface, that source is
/// abandoned: it is not used for a while, although packets under way to it would bring it back.
final class RouteCache implements AutoCloseable {
    private final IntSupplier mark;
    private final LongSupplier clock;
    private final RouteSocket questions; // guarded by this
    private final AtomicReferenceArray<Route> routes = new AtomicReferenceArray<>(SLOTS);
    private volatile int generation;

    /// The cached facts about an endpoint.
    ///
    /// @param fits whether the route from the source leads to its interface
    /// @param left whether it did so before, until `leftAt`
    private record Route(
            Endpoint endpoint, int generation, int exit, boolean fits, boolean left, long leftAt) {}

    /// @param mark the firewall mark of packets sent
    RouteCache(IntSupplier mark) throws ErrnoException {
        this(mark, System::nanoTime);
    }

    /// @param clock nanoseconds from any origin
    RouteCache(IntSupplier mark, LongSupplier clock) throws ErrnoException {
        this.mark = mark;
        this.clock = clock;
        questions = new RouteSocket(Arena.ofAuto(), 0);
    }

    /// The index of the interface that a datagram from the source of `endpoint` should name, 0 when
    /// it should name none, or [#LEFT] when it should not have that source. Allocates nothing if
    /// the endpoint is cached.
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

    /// Invalidates everything, as routes, rules, addresses, interfaces or the mark may have
    /// changed.
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
        // Only IPv6 treats the interface as a preference.
        boolean named = endpoint.address().v6() || ask(endpoint, arrival) != UNKNOWN;
        int exit = named ? arrival : 0;
        if (before == null) return new Route(endpoint, generation, exit, false, false, 0);
        // If there is no route, the last one counts: the next may come at once.
        boolean stays = before.fits && outgoing == UNKNOWN;
        boolean leaves = before.fits && !stays;
        long leftAt = leaves ? clock.getAsLong() : before.leftAt;
        return new Route(endpoint, generation, exit, stays, leaves || before.left, leftAt);
    }

    /// The index of the interface that the route leaves by, or [#UNKNOWN].
    ///
    /// @param by the interface that the route has to leave by, or 0 for any
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

    /// Releases the descriptor. No thread may use the cache any more.
    @Override
    public void close() {
        questions.close();
    }

    /// The routes no longer use the source.
    static final int LEFT = -1;

    /// Time for which an abandoned source is not used: somewhat longer than a peer needs to hear
    /// from the new one, which is 10 s when only a keepalive answers it.
    static final long LEFT_TIME = 15_000_000_000L; // nanoseconds

    private static final int UNKNOWN = -2;
    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final long MIXER = 0x9e3779b97f4a7c15L;
}
