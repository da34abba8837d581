package dev.adit.protocol.sim;

import dev.adit.ip.address.Endpoint;

/// Somebody on a [SimNetwork].
public interface SimHost {
    /// A datagram came.
    ///
    /// @param to the address of this host that it was sent to
    /// @param trafficClass the outer traffic class it arrived with
    void arrive(Endpoint from, Endpoint to, byte[] datagram, int trafficClass);
}
