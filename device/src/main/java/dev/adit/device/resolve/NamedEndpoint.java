package dev.adit.device.resolve;

import dev.adit.device.config.EndpointName;
import dev.adit.device.config.Resolution;
import dev.adit.protocol.keys.PublicKey;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The name of one peer's endpoint, and the schedule of its lookups. Guarded by itself; nothing
/// else is locked under its monitor.
final class NamedEndpoint {
    final PublicKey peer;
    final EndpointName name;
    private long next = Long.MIN_VALUE; // earliest next lookup because of silence
    private long noSooner = Long.MIN_VALUE; // earliest next lookup that was not asked for
    private int lookups; // because of silence, since the peer was heard
    private int places = 1; // addresses that the name leads to
    private int heard;
    private boolean due;
    private boolean demanded;
    private List<CompletableFuture<Resolution>> waiting = new ArrayList<>();

    NamedEndpoint(PublicKey peer, EndpointName name) {
        this.peer = peer;
        this.name = name;
    }

    /// Records that the peer does not answer. True when its name is to be resolved for that reason.
    synchronized boolean silent(long now) {
        if (due || now < next) return false;
        due = true;
        demanded = false;
        // The pause grows only when all addresses were tried.
        int rounds = lookups++ / places;
        next = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(rounds, MOST_DOUBLINGS));
        noSooner = now + FIRST_PAUSE;
        return true;
    }

    /// Records that there is no route to the peer. True when its name is to be resolved for that
    /// reason: it may lead to an address that can be reached, and the duration of a network outage
    /// says nothing about the peer.
    synchronized boolean unreachable(long now) {
        if (due || now < noSooner) return false;
        due = true;
        demanded = false;
        noSooner = now + FIRST_PAUSE;
        next = Math.max(next, noSooner);
        return true;
    }

    /// Records the number of addresses that the name leads to.
    synchronized void found(int count) {
        places = count;
    }

    /// Records that the peer has answered.
    synchronized void heard() {
        heard++;
        lookups = 0;
        next = Long.MIN_VALUE;
    }

    /// Adds a caller that waits for a lookup. True when none is under way yet.
    synchronized boolean demand(CompletableFuture<Resolution> result) {
        waiting.add(result);
        if (due) return false;
        due = true;
        demanded = true;
        return true;
    }

    /// True when the lookup was asked for, and not only caused by silence.
    synchronized boolean isDemanded() {
        return demanded;
    }

    /// The number of times that the peer was heard.
    synchronized int timesHeard() {
        return heard;
    }

    /// Ends the lookup with `result`.
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
