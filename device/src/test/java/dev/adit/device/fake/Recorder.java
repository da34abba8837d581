package dev.adit.device.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Remembers the datagrams of a [FakeNet]. Thread-safe.
public final class Recorder implements Tap {
    private final List<Transit> seen = new ArrayList<>(); // guarded by this

    @Override
    public synchronized boolean passes(Transit datagram) {
        seen.add(datagram);
        notifyAll();
        return true;
    }

    /// All datagrams so far.
    public synchronized List<Transit> all() {
        return List.copyOf(seen);
    }

    /// All datagrams so far that `match`.
    public List<Transit> all(Predicate<Transit> match) {
        return all().stream().filter(match).toList();
    }

    /// Forgets what there was.
    public synchronized void clear() {
        seen.clear();
    }

    /// The first datagram that matches; waits for it.
    public synchronized Transit await(String what, Predicate<Transit> match) {
        return await(what, 1, match).getFirst();
    }

    /// The first `count` datagrams that match; waits for them.
    public synchronized List<Transit> await(String what, int count, Predicate<Transit> match) {
        long deadline = Await.deadline();
        while (true) {
            List<Transit> found = seen.stream().filter(match).limit(count).toList();
            if (found.size() == count) return found;
            Await.change(what, this, deadline);
        }
    }
}
