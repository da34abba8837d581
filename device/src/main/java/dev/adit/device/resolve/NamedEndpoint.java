package dev.adit.device.resolve;

import dev.adit.device.config.EndpointName;
import dev.adit.device.config.Resolution;
import dev.adit.protocol.keys.PublicKey;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The name of one peer's endpoint, and when it is looked up. Guarded by itself; nothing else is
/// locked under its monitor.
final class NamedEndpoint {
    final PublicKey peer;
    final EndpointName name;
    private long next = Long.MIN_VALUE; // when it may be looked up again for silence
    private long noSooner = Long.MIN_VALUE; // and for any reason of its own
    private int lookups; // for silence, since the peer was heard
    private int places = 1; // that the name leads to
    private int heard;
    private boolean due;
    private boolean demanded;
    private List<CompletableFuture<Resolution>> waiting = new ArrayList<>();

    NamedEndpoint(PublicKey peer, EndpointName name) {
        this.peer = peer;
        this.name = name;
    }

    /// The peer does not answer. True when its name is to be looked up for that.
    synchronized boolean silent(long now) {
        if (due || now < next) return false;
        due = true;
        demanded = false;
        // The pause grows when all places were tried, and not before.
        int rounds = lookups++ / places;
        next = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(rounds, MOST_DOUBLINGS));
        noSooner = now + FIRST_PAUSE;
        return true;
    }

    /// There is no way to the peer. True when its name is to be looked up for that: it may lead to
    /// a place that can be reached, and how long there was no network says nothing of the peer.
    synchronized boolean unreachable(long now) {
        if (due || now < noSooner) return false;
        due = true;
        demanded = false;
        noSooner = now + FIRST_PAUSE;
        next = Math.max(next, noSooner);
        return true;
    }

    /// The name leads to so many places.
    synchronized void found(int count) {
        places = count;
    }

    /// The peer has answered.
    synchronized void heard() {
        heard++;
        lookups = 0;
        next = Long.MIN_VALUE;
    }

    /// Somebody waits for a lookup. True when there is none under way yet.
    synchronized boolean demand(CompletableFuture<Resolution> result) {
        waiting.add(result);
        if (due) return false;
        due = true;
        demanded = true;
        return true;
    }

    /// Whether somebody asked for the lookup, and not the silence.
    synchronized boolean isDemanded() {
        return demanded;
    }

    /// How often the peer was heard so far.
    synchronized int timesHeard() {
        return heard;
    }

    /// The lookup is over.
    void done(Resolution result) {
        List<CompletableFuture<Resolution>> all;
        synchronized (this) {
            due = false;
            all = waiting;
            waiting = new ArrayList<>();
        }
        all.forEach(one -> one.complete(result));
    }

    private static final long FIRST_PAUSE = TimeUnit.SECONDS.toNanos(15);
    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toNanos(5);
    private static final int MOST_DOUBLINGS = 5;
}
