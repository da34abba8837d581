package dev.adit.protocol.tunnel;

import java.time.Instant;

/// A no-op [Actions], for tests and benchmarks that drive the tunnel themselves. Stateless;
/// subclasses override the actions they need.
public class NoActions implements Actions {
    /// Creates actions that do nothing.
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
    public void report(Peer peer, PeerEvent event, int number) {}
}
