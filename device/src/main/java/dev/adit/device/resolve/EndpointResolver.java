package dev.adit.device.resolve;

import dev.adit.device.config.EndpointName;
import dev.adit.device.config.Resolution;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Resolves the names of peers' endpoints again when a peer does not answer, and on demand.
///
/// The name of a silent peer is resolved at once, then after 15 s, 30 s and so on, at most every 5
/// minutes. When the name leads elsewhere, the peer is moved there; when it has several addresses,
/// to the one after the address that did not answer, and the pause grows when all were tried. The
/// name of a peer without a route is resolved at once, and every 15 s.
///
/// Thread-safe. A lookup has a thread of its own, since the system's resolver may take minutes; a
/// few may be under way, and the rest wait. Only the caller of [#resolve] waits.
public final class EndpointResolver implements AutoCloseable {
    private final String thread;
    private final Resolver resolver;
    private final LongSupplier clock;
    private final PeerEndpoints endpoints;
    private final LookupListener listener;
    private final Map<PublicKey, NamedEndpoint> entries = new ConcurrentHashMap<>();
    private final BlockingQueue<NamedEndpoint> due = new LinkedBlockingQueue<>();
    private final Semaphore slots = new Semaphore(MOST_LOOKUPS);
    private volatile boolean automatic;
    private volatile boolean closed;
    private @Nullable Thread dispatcher; // guarded by this; null until there is a name

    /// @param thread the beginning of the threads' names
    /// @param clock nanoseconds that never decrease
    /// @param endpoints the peers' endpoints
    /// @param listener told about each lookup that was made for a peer
    /// @param automatic whether names are resolved when peers do not answer
    public EndpointResolver(
            String thread,
            Resolver resolver,
            LongSupplier clock,
            PeerEndpoints endpoints,
            LookupListener listener,
            boolean automatic) {
        this.thread = thread;
        this.resolver = resolver;
        this.clock = clock;
        this.endpoints = endpoints;
        this.listener = listener;
        this.automatic = automatic;
    }

    /// True when names are resolved because peers do not answer.
    public boolean isAutomatic() {
        return automatic;
    }

    /// Sets whether names are resolved when peers do not answer, or only on demand.
    public void automatic(boolean on) {
        automatic = on;
    }

    /// Sets the name of the endpoint of `peer`.
    public void put(PublicKey peer, EndpointName name) {
        entries.put(peer, new NamedEndpoint(peer, name));
        start();
    }

    private synchronized void start() {
        if (dispatcher != null || closed) return;
        dispatcher = Thread.ofPlatform().daemon().name(thread + "-names").start(this::dispatch);
    }

    /// Removes the name of the endpoint of `peer`.
    public void remove(PublicKey peer) {
        entries.remove(peer);
    }

    /// The name of the endpoint of `peer`, or null.
    public @Nullable EndpointName of(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        return entry == null ? null : entry.name;
    }

    /// Records that `peer` does not answer. Returns at once.
    public void silent(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        if (entry == null || !automatic) return;
        if (entry.silent(clock.getAsLong())) due.add(entry);
    }

    /// Records that there is no route to the endpoint of `peer`. Returns at once.
    public void unreachable(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        if (entry == null || !automatic) return;
        if (entry.unreachable(clock.getAsLong())) due.add(entry);
    }

    /// Records that `peer` has answered. Returns at once.
    public void heard(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        if (entry != null) entry.heard();
    }

    /// Resolves the names of these peers, and waits up to 10 s for the answers.
    ///
    /// @return one result for each of them that has a name
    public List<Resolution> resolve(Collection<PublicKey> peers) {
        List<NamedEndpoint> asked = new ArrayList<>();
        List<Future<Resolution>> answers = new ArrayList<>();
        for (PublicKey peer : peers) {
            NamedEndpoint entry = entries.get(peer);
            if (entry == null) continue;
            CompletableFuture<Resolution> answer = new CompletableFuture<>();
            asked.add(entry);
            answers.add(answer);
            if (entry.demand(answer)) due.add(entry);
        }
        long deadline = System.nanoTime() + PATIENCE;
        List<Resolution> resolutions = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            resolutions.add(answer(asked.get(i), answers.get(i), deadline));
        }
        return resolutions;
    }

    private Resolution answer(NamedEndpoint entry, Future<Resolution> answer, long deadline) {
        try {
            return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // Reported below.
        }
        return unmoved(entry, "The resolver has not answered yet");
    }

    private Resolution unmoved(NamedEndpoint entry, String failure) {
        return new Resolution(
                entry.peer, entry.name, endpoints.endpoint(entry.peer), false, failure);
    }

    /// Starts a lookup for each entry that is due, as long as there are not too many under way.
    private void dispatch() {
        try {
            while (true) {
                NamedEndpoint entry = due.take();
                slots.acquire();
                dispatch(entry);
            }
        } catch (InterruptedException e) {
            return; // as asked
        }
    }

    private void dispatch(NamedEndpoint entry) {
        try {
            Thread.ofPlatform().daemon().name(thread + "-lookup").start(() -> lookUp(entry));
        } catch (OutOfMemoryError e) { // no more threads; the next silence tries again
            slots.release();
            entry.done(unmoved(entry, "No thread to ask the resolver"));
        }
    }

    private void lookUp(NamedEndpoint entry) {
        Resolution result = unmoved(entry, "The lookup has failed");
        try {
            if (entries.get(entry.peer) == entry && !closed) result = resolution(entry);
        } finally {
            slots.release();
            entry.done(result);
        }
    }

    private Resolution resolution(NamedEndpoint entry) {
        boolean demanded = entry.isDemanded();
        int heard = entry.timesHeard();
        Endpoint from = endpoints.endpoint(entry.peer);
        Endpoint to;
        try {
            List<Endpoint> all = endpoints(entry.name, resolver.addresses(entry.name.host()));
            entry.found(all.size());
            to = demanded ? best(all, from) : next(all, from);
        } catch (UnknownHostException e) {
            String failure = String.valueOf(e.getMessage());
            listener.lookedUp(entry.peer, entry.name, from, null, failure);
            return unmoved(entry, failure);
        }
        if (from != null && to.sameRemote(from)) {
            listener.lookedUp(entry.peer, entry.name, from, to, null);
            return unmoved(entry, "");
        }
        // A peer that answers in the meantime stays at its endpoint, whatever its name says.
        boolean moved =
                endpoints.move(
                        entry.peer,
                        from,
                        to,
                        () ->
                                !closed
                                        && entries.get(entry.peer) == entry
                                        && (demanded || entry.timesHeard() == heard));
        if (!moved) return unmoved(entry, "");
        listener.lookedUp(entry.peer, entry.name, from, to, null);
        return new Resolution(entry.peer, entry.name, to, true, "");
    }

    private static List<Endpoint> endpoints(EndpointName name, List<InetAddress> addresses) {
        return addresses.stream().map(name::at).distinct().toList();
    }

    /// The peer's present endpoint, if its name leads there, else the first one.
    private static Endpoint best(List<Endpoint> all, @Nullable Endpoint now) {
        return all.get(Math.max(0, index(all, now)));
    }

    /// The endpoint after the one that does not answer.
    private static Endpoint next(List<Endpoint> all, @Nullable Endpoint now) {
        return all.get((index(all, now) + 1) % all.size());
    }

    /// The index of `now` among them, or -1.
    private static int index(List<Endpoint> all, @Nullable Endpoint now) {
        for (int i = 0; now != null && i < all.size(); i++) {
            if (all.get(i).sameRemote(now)) return i;
        }
        return -1;
    }

    /// Starts no more lookups. Does not wait for those under way, whose answers are ignored.
    @Override
    public synchronized void close() {
        closed = true;
        if (dispatcher != null) dispatcher.interrupt();
    }

    private static final int MOST_LOOKUPS = 16;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
}
