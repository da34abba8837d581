package dev.adit.device.dns;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/// Finds source addresses by connecting UDP sockets, which sends nothing. Stateless.
public final class SystemSources implements AddressOrder.Sources {
    public SystemSources() {}

    @Override
    public @Nullable InetAddress toward(InetAddress destination) {
        ProtocolFamily family =
                destination instanceof Inet6Address
                        ? StandardProtocolFamily.INET6
                        : StandardProtocolFamily.INET;
        try (DatagramChannel channel = DatagramChannel.open(family)) {
            channel.connect(new InetSocketAddress(destination, DISCARD));
            return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        } catch (IOException | RuntimeException e) {
            return null; // no route, or no such family on this host
        }
    }

    private static final int DISCARD = 9; // any port but 0
}
