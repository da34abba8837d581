package dev.adit.proxy.server;

import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.ProxyStats;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The connected clients of a proxy: at most 4,096, of which 256 may still be sending their
/// request, for 30 seconds. When there are more of these the oldest goes, so that clients that
/// never finish a request do not keep others out. Thread-safe.
public final class ClientTable {
    private final Set<Client> all = new HashSet<>(); // guarded by this, as are:
    private final LinkedHashSet<Client> awaited = new LinkedHashSet<>(); // the oldest first
    private boolean isClosed;
    private final ProxyStats stats = new ProxyStats();
    private final int most;
    private final int mostAwaited;

    /// No clients.
    public ClientTable() {
        this(MOST, MOST_AWAITED);
    }

    /// No clients, within other bounds.
    ///
    /// @param most at a time
    /// @param mostAwaited of them at their request
    public ClientTable(int most, int mostAwaited) {
        this.most = most;
        this.mostAwaited = mostAwaited;
    }

    /// Adds a client; false when there are too many.
    synchronized boolean enter(Client client) {
        if (isClosed) return false;
        if (all.size() >= most) {
            stats.refused(ProxyStats.Refusal.TOO_MANY_CLIENTS);
            return false;
        }
        all.add(client);
        return true;
    }

    /// Serves a client that has no request to make. Closes `connection`.
    public void serveAtOnce(Duplex connection, Runnable service) {
        Client client = new Client(connection);
        if (!enter(client)) {
            connection.abort();
            return;
        }
        try {
            service.run();
        } finally {
            leave(client);
            connection.close();
        }
    }

    /// Serves a client that has 30 seconds for all of it, as if it were at its request, unless the
    /// service begins its time anew. Closes `connection`.
    ///
    /// @param service is given what begins the time anew
    public void serveInTime(Duplex connection, Consumer<Runnable> service) {
        Client client = new Client(connection);
        if (!enter(client)) {
            connection.abort();
            return;
        }
        Runnable renew = () -> await(client, System.nanoTime());
        renew.run();
        try {
            service.accept(renew);
        } finally {
            leave(client);
            connection.close();
        }
    }

    /// A request of the client is awaited from now on.
    void await(Client client, long now) {
        @Nullable Client oldest = null;
        synchronized (this) {
            client.awaitedSince = now;
            awaited.remove(client);
            awaited.add(client);
            if (awaited.size() > mostAwaited) oldest = removeOldest();
        }
        if (oldest != null) oldest.connection().abort();
    }

    private Client removeOldest() {
        Client oldest = awaited.removeFirst();
        stats.refused(ProxyStats.Refusal.REQUEST_TIMED_OUT);
        return oldest;
    }

    /// The request of the client is whole.
    synchronized void serve(Client client) {
        awaited.remove(client);
    }

    /// The client is gone.
    synchronized void leave(Client client) {
        awaited.remove(client);
        all.remove(client);
        if (all.isEmpty()) notifyAll();
    }

    /// Ends the connections of those whose request is not whole in time.
    public void expire(long now) {
        List<Client> late = new ArrayList<>();
        synchronized (this) {
            while (!awaited.isEmpty() && now - awaited.getFirst().awaitedSince > PATIENCE) {
                late.add(removeOldest());
            }
        }
        for (Client client : late) client.connection().abort();
    }

    /// Lets none in any more, waits for those that are there, and ends those that are still there
    /// after `grace` nanoseconds.
    public void close(long grace) throws InterruptedException {
        List<Client> left;
        synchronized (this) {
            isClosed = true;
            long end = System.nanoTime() + grace;
            for (long wait = grace; wait > 0 && !all.isEmpty(); wait = end - System.nanoTime()) {
                wait(Math.max(1, wait / 1_000_000));
            }
            left = List.copyOf(all);
        }
        for (Client client : left) client.connection().abort();
    }

    /// How many clients there are.
    public synchronized int size() {
        return all.size();
    }

    /// The counters of these clients.
    public ProxyStats stats() {
        return stats;
    }

    private static final int MOST = 4096;
    private static final int MOST_AWAITED = 256;
    private static final long PATIENCE = 30_000_000_000L;
}
