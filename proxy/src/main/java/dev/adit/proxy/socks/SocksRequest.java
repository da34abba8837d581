package dev.adit.proxy.socks;

/// The request of a SOCKS client: a command and its target. Immutable.
///
/// @param command [#CONNECT] or [#UDP_ASSOCIATE]
/// @param host a name or an address, checked for its characters
/// @param port 0 to 65535
public record SocksRequest(int command, String host, int port) {
    /// Opens a TCP connection.
    public static final int CONNECT = 1;

    /// Opens a UDP port (RFC 1928 §7).
    public static final int UDP_ASSOCIATE = 3;
}
