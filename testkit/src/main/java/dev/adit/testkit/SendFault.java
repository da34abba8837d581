package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.SendException;

/// A fault that a test injects into a socket before it sends a packet: it refuses the packet or
/// waits.
@FunctionalInterface
public interface SendFault {
    /// Returns when entry `i` shall be sent.
    void strike(PacketBatch packets, int i, Endpoint to) throws SendException;

    /// No fault.
    SendFault NONE = (packets, i, to) -> {};

    /// The exception for entry `i` that a host without a route makes.
    static SendException unreachable(int i) {
        return new SendException("sendmsg", 101, "ENETUNREACH: Network is unreachable", i, false);
    }
}
