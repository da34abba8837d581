package dev.adit.stack.socket;

import dev.adit.ip.address.IpAddress;

/// The local and the remote address and port of a connection, which identify it. Immutable.
///
/// @param localPort 0 to 65535; 0 in a request to connect means "choose one"
/// @param remotePort 1 to 65535
public record FourTuple(
        IpAddress localAddress, int localPort, IpAddress remoteAddress, int remotePort) {
    public FourTuple {
        if (localAddress.v6() != remoteAddress.v6()) {
            throw new IllegalArgumentException("addresses of two families");
        }
        if (localPort < 0 || localPort > 0xffff || remotePort < 0 || remotePort > 0xffff) {
            throw new IllegalArgumentException("a port is 0 to 65535");
        }
    }

    /// True for IPv6.
    public boolean isV6() {
        return localAddress.v6();
    }
}
