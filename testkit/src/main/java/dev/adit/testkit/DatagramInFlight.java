package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;

/// One datagram on its way through a [FakeNet], as an observer sees it. Immutable but for its
/// bytes.
///
/// @param from the socket that sent it
/// @param to where it goes
/// @param trafficClass its DSCP and ECN, as it was sent
/// @param fwmark the firewall mark of the socket
/// @param bytes its payload, a copy
public record DatagramInFlight(
        Endpoint from, Endpoint to, int trafficClass, int fwmark, byte[] bytes) {
    /// The type of the message, if it is one of WireGuard's.
    public int type() {
        return bytes.length == 0 ? 0 : bytes[0];
    }
}
