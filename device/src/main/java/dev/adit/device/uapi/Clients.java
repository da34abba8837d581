package dev.adit.device.uapi;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The clients that are connected, each on a virtual thread of its own. Thread-safe.
///
/// A client may stay as long as it likes, however slow it is, while there is room for others. When
/// there is none, the one that has done nothing for longest goes, if that is longer than a limit;
/// else the new one waits.
final class Clients {
    private final int max;
    private final long idleLimit;
    private final Thread.Builder threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Map<Client, Thread> clients = new HashMap<>();
    private boolean closed;

    /// @param max how many there may be at a time
    /// @param idleLimit nanoseconds
    /// @param threadName the beginning of the names of their threads
    Clients(int max, long idleLimit, String threadName) {
        this.max = max;
        this.idleLimit = idleLimit;
        threads = Thread.ofVirtual().name(threadName, 0);
    }

    /// Serves `client` on a thread of its own and then closes it; first waits for room.
    void admit(Client client, Consumer<Client> serve) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && clients.size() >= max) makeRoom();
            if (closed) {
                client.close();
                return;
            }
            Thread thread = threads.unstarted(() -> serve(client, serve));
            clients.put(client, thread);
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom() throws InterruptedException {
        Optional<Client> idlest = idlest();
        long left = idleLimit - idlest.map(Client::idle).orElse(0L);
        if (left > 0) {
            changed.await(left, TimeUnit.NANOSECONDS);
            return;
        }
        idlest.ifPresent(Client::close);
        changed.await(); // its thread leaves now
    }

    /// Closes the client that has done nothing for longest, if that is longer than the limit.
    void closeIdle() {
        lock.lock();
        try {
            idlest().filter(client -> client.idle() >= idleLimit).ifPresent(Client::close);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Client> idlest() {
        return clients.keySet().stream()
                .filter(Client::isOpen)
                .max(Comparator.comparingLong(Client::idle));
    }

    private void serve(Client client, Consumer<Client> serve) {
        try {
            serve.accept(client);
        } finally {
            client.close();
            lock.lock();
            try {
                clients.remove(client);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Closes all connections and refuses new ones. Returns the threads, which end now, except that
    /// an operation that the device is busy with comes to its end.
    List<Thread> close() {
        lock.lock();
        try {
            closed = true;
            clients.keySet().forEach(Client::close);
            changed.signalAll();
            return List.copyOf(clients.values());
        } finally {
            lock.unlock();
        }
    }
}
