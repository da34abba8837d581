package dev.adit.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Remembers the datagrams of a [FakeNet]. Thread-safe.
public final class DatagramRecorder implements NetworkTap {
    private final List<DatagramInFlight> seen = new ArrayList<>(); // guarded by this

    /// A recorder that has seen nothing.
    public DatagramRecorder() {}

    @Override
    public synchronized boolean passes(DatagramInFlight datagram) {
        seen.add(datagram);
        notifyAll();
        return true;
    }

    /// All datagrams so far.
    public synchronized List<DatagramInFlight> all() {
        return List.copyOf(seen);
    }

    /// All datagrams so far that `match`.
    public List<DatagramInFlight> all(Predicate<DatagramInFlight> match) {
        return all().stream().filter(match).toList();
    }

    /// Forgets what there was.
    public synchronized void clear() {
        seen.clear();
    }

    /// The first datagram that matches; waits for it.
    public synchronized DatagramInFlight await(String what, Predicate<DatagramInFlight> match) {
        return await(what, 1, match).getFirst();
    }

    /// The first `count` datagrams that match; waits for them.
    public synchronized List<DatagramInFlight> await(
            String what, int count, Predicate<DatagramInFlight> match) {
        long deadline = Await.deadline();
        while (true) {
            List<DatagramInFlight> found = seen.stream().filter(match).limit(count).toList();
            if (found.size() == count) return found;
            Await.change(what, this, deadline);
        }
    }
}
