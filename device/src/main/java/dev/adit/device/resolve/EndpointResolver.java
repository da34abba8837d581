package dev.adit.device.resolve;

import dev.adit.device.config.EndpointName;
import dev.adit.device.config.Resolution;
import dev.adit.device.config.Resolver;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

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
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/// The names that lead to peers' endpoints, looked up anew when a peer does not answer, and on
/// demand.
///
/// A peer that stays silent has its name looked up at once, then after 15 s, 30 s and so on, at
/// most every 5 minutes. When the name leads elsewhere, the peer is sent there; when it has several
/// addresses, to the one after that which did not answer, and the pause grows when all were tried.
/// A peer to which there is no way has its name looked up at once, and every 15 s.
///
/// Thread-safe. A lookup has a thread of its own, since the system's resolver may take minutes; a
/// few may be under way, and the rest wait. Nobody else waits, but for who asked.
public final class EndpointResolver implements AutoCloseable {
    private final String thread;
    private final Resolver resolver;
    private final LongSupplier clock;
    private final PeerEndpoints endpoints;
    private final BiConsumer<PublicKey, String> log;
    private final Map<PublicKey, NamedEndpoint> entries = new ConcurrentHashMap<>();
    private final BlockingQueue<NamedEndpoint> due = new LinkedBlockingQueue<>();
    private final Semaphore slots = new Semaphore(MOST_LOOKUPS);
    private volatile boolean automatic;
    private volatile boolean closed;
    private Thread dispatcher; // guarded by this; null until there is a name

    /// @param thread what the names of the threads begin with
    /// @param clock nanoseconds that only grow
    /// @param places where peers are sent to
    /// @param log told what changes, of which peer
    /// @param automatic whether names are looked up when peers do not answer
    public EndpointResolver(
            String thread,
            Resolver resolver,
            LongSupplier clock,
            PeerEndpoints endpoints,
            BiConsumer<PublicKey, String> log,
            boolean automatic) {
        this.thread = thread;
        this.resolver = resolver;
        this.clock = clock;
        this.endpoints = endpoints;
        this.log = log;
        this.automatic = automatic;
    }

    /// Whether names are looked up when peers do not answer.
    public boolean isAutomatic() {
        return automatic;
    }

    /// Has names looked up when peers do not answer, or on demand alone.
    public void automatic(boolean on) {
        automatic = on;
    }

    /// The endpoint of `peer` has this name from now on.
    public void put(PublicKey peer, EndpointName name) {
        entries.put(peer, new NamedEndpoint(peer, name));
        start();
    }

    private synchronized void start() {
        if (dispatcher != null || closed) return;
        dispatcher = Thread.ofPlatform().daemon().name(thread + "-names").start(this::dispatch);
    }

    /// The endpoint of `peer` has no name from now on, or the peer is gone.
    public void remove(PublicKey peer) {
        entries.remove(peer);
    }

    /// The name of the endpoint of `peer`, or null.
    public EndpointName of(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        return entry == null ? null : entry.name;
    }

    /// `peer` does not answer. Returns at once.
    public void silent(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        if (entry == null || !automatic) return;
        if (entry.silent(clock.getAsLong())) due.add(entry);
    }

    /// There is no way to the endpoint of `peer`. Returns at once.
    public void unreachable(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        if (entry == null || !automatic) return;
        if (entry.unreachable(clock.getAsLong())) due.add(entry);
    }

    /// `peer` has answered. Returns at once.
    public void heard(PublicKey peer) {
        NamedEndpoint entry = entries.get(peer);
        if (entry != null) entry.heard();
    }

    /// Looks the names of these peers up, and waits for the answers for up to 10 s.
    ///
    /// @return one for each of them that has a name
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
            // Said below.
        }
        return unmoved(entry, "The resolver has not answered yet");
    }

    private Resolution unmoved(NamedEndpoint entry, String failure) {
        return new Resolution(
                entry.peer, entry.name, endpoints.endpoint(entry.peer), false, failure);
    }

    /// Starts a lookup for each entry that is due, while there are not too many under way.
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
        } catch (OutOfMemoryError e) { // no more threads; the next silence asks again
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
            log.accept(entry.peer, entry.name + ": " + e.getMessage());
            return unmoved(entry, String.valueOf(e.getMessage()));
        }
        if (from != null && to.sameRemote(from)) {
            log.accept(entry.peer, entry.name + " is still " + to);
            return unmoved(entry, "");
        }
        // Who answers meanwhile is where it is, whatever its name says.
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
        String before = from == null ? "" : ", and was " + from;
        log.accept(entry.peer, entry.name + " is now " + to + before);
        return new Resolution(entry.peer, entry.name, to, true, "");
    }

    private static List<Endpoint> endpoints(EndpointName name, List<InetAddress> addresses) {
        return addresses.stream().map(name::at).distinct().toList();
    }

    /// The place where the peer is, if its name leads there, else the first one.
    private static Endpoint best(List<Endpoint> all, Endpoint now) {
        return all.get(Math.max(0, index(all, now)));
    }

    /// The place after the one that does not answer.
    private static Endpoint next(List<Endpoint> all, Endpoint now) {
        return all.get((index(all, now) + 1) % all.size());
    }

    /// Where `now` is among them, or -1.
    private static int index(List<Endpoint> all, Endpoint now) {
        for (int i = 0; now != null && i < all.size(); i++) {
            if (all.get(i).sameRemote(now)) return i;
        }
        return -1;
    }

    /// Looks nothing up any more. Does not wait for lookups under way, whose answers are ignored.
    @Override
    public synchronized void close() {
        closed = true;
        if (dispatcher != null) dispatcher.interrupt();
    }

    private static final int MOST_LOOKUPS = 16;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
}
