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

/// The connected clients, each on a virtual thread of its own. Thread-safe.
///
/// A client may stay as long as it likes, however slow it is, while there is room for others. When
/// there is none, the client that has been idle for longest is disconnected, if that is longer than
/// a limit; else the new one waits.
final class UapiSessions {
    private final int max;
    private final long idleLimit;
    private final Thread.Builder threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Map<UapiSession, Thread> clients = new HashMap<>();
    private boolean closed;

    /// @param max the most clients at a time
    /// @param idleLimit nanoseconds
    /// @param threadName the beginning of the threads' names
    UapiSessions(int max, long idleLimit, String threadName) {
        this.max = max;
        this.idleLimit = idleLimit;
        threads = Thread.ofVirtual().name(threadName, 0);
    }

    /// Serves `client` on a thread of its own and then closes it; first waits for room.
    void admit(UapiSession session, Consumer<UapiSession> serve) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && clients.size() >= max) makeRoom();
            if (closed) {
                session.close();
                return;
            }
            Thread thread = threads.unstarted(() -> serve(session, serve));
            clients.put(session, thread);
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom() throws InterruptedException {
        Optional<UapiSession> idlest = idlest();
        long left = idleLimit - idlest.map(UapiSession::idle).orElse(0L);
        if (left > 0) {
            changed.await(left, TimeUnit.NANOSECONDS);
            return;
        }
        idlest.ifPresent(UapiSession::close);
        changed.await(); // its thread leaves now
    }

    /// Disconnects the client that has been idle for longest, if that is longer than the limit.
    void closeIdle() {
        lock.lock();
        try {
            idlest().filter(session -> session.idle() >= idleLimit).ifPresent(UapiSession::close);
        } finally {
            lock.unlock();
        }
    }

    private Optional<UapiSession> idlest() {
        return clients.keySet().stream()
                .filter(UapiSession::isOpen)
                .max(Comparator.comparingLong(UapiSession::idle));
    }

    private void serve(UapiSession session, Consumer<UapiSession> serve) {
        try {
            serve.accept(session);
        } finally {
            session.close();
            lock.lock();
            try {
                clients.remove(session);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Closes all connections and refuses new ones. Returns the threads, which end now, except that
    /// an operation that the device is busy with is completed.
    List<Thread> close() {
        lock.lock();
        try {
            closed = true;
            clients.keySet().forEach(UapiSession::close);
            changed.signalAll();
            return List.copyOf(clients.values());
        } finally {
            lock.unlock();
        }
    }
}
