package dev.adit.net.channels;

import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/// Checks the addresses that programs give to channels. Stateless.
final class ChannelAddresses {
    /// The same as what it is: an address of the family that was looked up.
    ///
    /// @param family of the channel, or null for both
    static InetSocketAddress check(SocketAddress address, @Nullable ProtocolFamily family) {
        Objects.requireNonNull(address);
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) throw new UnresolvedAddressException();
        boolean isV4 = inet.getAddress() instanceof Inet4Address;
        if (family == StandardProtocolFamily.INET && !isV4) {
            throw new UnsupportedAddressTypeException();
        }
        return inet;
    }

    /// The same for an address to bind to, with null for a free port of all own addresses.
    static InetSocketAddress toBind(
            @Nullable SocketAddress address, @Nullable ProtocolFamily family) {
        return address == null ? new InetSocketAddress(0) : check(address, family);
    }

    private ChannelAddresses() {}
}
