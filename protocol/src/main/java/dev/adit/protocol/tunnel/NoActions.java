package dev.adit.protocol.tunnel;

import java.time.Instant;

/// [Actions] of which nothing is done: for who decides without them what comes next, as benchmarks
/// and tests of handshakes do. Stateless; meant to be extended by what one is interested in.
public class NoActions implements Actions {
    /// Ignores everything.
    public NoActions() {}

    @Override
    public void initiation(Peer peer) {}

    @Override
    public void keepalive(Peer peer) {}

    @Override
    public void flush(Peer peer) {}

    @Override
    public void dropStaged(Peer peer) {}

    /// Always the epoch.
    @Override
    public Instant wallClock() {
        return Instant.EPOCH;
    }

    @Override
    public void report(Peer peer, PeerEvent news, int number) {}
}
