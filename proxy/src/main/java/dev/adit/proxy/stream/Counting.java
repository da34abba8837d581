package dev.adit.proxy.stream;

import java.io.IOException;

/// Counts the bytes of connections to targets, and the targets that cannot be connected. Immutable.
///
/// @param areInTunnel false for targets of the host, whose clients are in the tunnel
public record Counting(ProxyStats stats, boolean areInTunnel) {
    /// Connects to a target.
    @FunctionalInterface
    public interface Connect {
        /// Connects, or says by the kind of exception why not.
        Duplex open() throws IOException;
    }

    /// Connects to a target whose bytes are counted.
    public Duplex connect(Connect target) throws IOException {
        try {
            Duplex open = target.open();
            return areInTunnel
                    ? new CountedDuplex(open, stats::fromTunnel, stats::toTunnel)
                    : new CountedDuplex(open, stats::toTunnel, stats::fromTunnel);
        } catch (IOException e) {
            stats.refused(ProxyStats.Refusal.of(e));
            throw e;
        }
    }
}
