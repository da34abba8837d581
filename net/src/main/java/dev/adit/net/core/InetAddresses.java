package dev.adit.net.core;

import dev.adit.ip.address.IpAddress;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// Converts addresses to the JDK's and back. Stateless.
public final class InetAddresses {
    /// The same address in the JDK's form.
    ///
    /// @param name the name that it was found by, or null
    public static InetAddress toInet(@Nullable String name, IpAddress address) {
        ByteBuffer bytes = ByteBuffer.allocate(address.v6() ? 16 : 4);
        if (address.v6()) bytes.putLong(address.high()).putLong(address.low());
        else bytes.putInt((int) (address.high() >>> 32));
        try {
            return InetAddress.getByAddress(name, bytes.array());
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // the length is right
        }
    }

    /// The same address in the JDK's form.
    public static InetAddress toInet(IpAddress address) {
        return toInet(null, address);
    }

    /// The same address in ours; the scope of a link-local one is left out.
    public static IpAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4
                ? IpAddress.v4(bytes.getInt())
                : IpAddress.v6(bytes.getLong(), bytes.getLong());
    }

    /// The same address in ours, or null for a wildcard.
    public static @Nullable IpAddress orWildcard(@Nullable InetAddress address) {
        return address == null || address.isAnyLocalAddress() ? null : of(address);
    }

    /// True for an address that means the host itself, whichever it is.
    public static boolean isLoopback(IpAddress address) {
        return address.v6()
                ? address.high() == 0 && address.low() == 1
                : address.high() >>> 56 == LOOPBACK;
    }

    private static final int LOOPBACK = 127;

    private InetAddresses() {}
}
