package dev.adit.proxy.dns;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.List;

/// The queries that have not been answered yet, of all clients; when there are more than fit, the
/// oldest is given up. Thread-safe.
final class OutstandingQueries {
    private final LinkedHashSet<OutstandingQuery> all = new LinkedHashSet<>(); // guarded by this
    private final int most;
    private boolean isClosed; // guarded by this

    /// @param most of them at a time
    OutstandingQueries(int most) {
        this.most = most;
    }

    /// Adds a query.
    OutstandingQuery add() {
        OutstandingQuery added = new OutstandingQuery();
        @Nullable OutstandingQuery tooMany = null;
        synchronized (this) {
            if (isClosed) {
                tooMany = added;
            } else {
                all.add(added);
                if (all.size() > most) tooMany = all.removeFirst();
            }
        }
        if (tooMany != null) tooMany.giveUp();
        return added;
    }

    /// The query is over.
    synchronized void remove(OutstandingQuery query) {
        all.remove(query);
    }

    /// How many there are.
    synchronized int size() {
        return all.size();
    }

    /// Gives up all queries, and those that are added later.
    void close() {
        List<OutstandingQuery> left;
        synchronized (this) {
            isClosed = true;
            left = List.copyOf(all);
            all.clear();
        }
        left.forEach(OutstandingQuery::giveUp);
    }
}
