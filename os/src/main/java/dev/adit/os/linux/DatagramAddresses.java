package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.os.ffi.SockAddr;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// The source and destination of a datagram, as an entry of a batch's
/// [addresses][PacketBatch#addresses]: the socket address of the sender, then the local address
/// with its interface. Stateless.
final class DatagramAddresses {
    /// The offset of the entry of datagram `i`.
    static long at(int i) {
        return (long) i * PacketBatch.ADDRESS_BYTES;
    }

    /// Sets the local address, in the form of [IpAddress], and the interface; all 0 when they are
    /// not known.
    static void setLocal(MemorySegment addresses, long at, long high, long low, int index) {
        addresses.set(JAVA_LONG, at + LOCAL_HIGH, high);
        addresses.set(JAVA_LONG, at + LOCAL_LOW, low);
        addresses.set(JAVA_INT, at + LOCAL_INDEX, index);
    }

    /// The entry as an endpoint: `known` itself when that is equal.
    static Endpoint endpoint(MemorySegment addresses, int i, @Nullable Endpoint known) {
        long at = at(i);
        boolean v6 = SockAddr.family(addresses, at) == SockAddr.AF_INET6;
        long high =
                v6 ? SockAddr.inet6High(addresses, at) : (long) SockAddr.inet(addresses, at) << 32;
        long low = v6 ? SockAddr.inet6Low(addresses, at) : 0;
        int port = SockAddr.port(addresses, at);
        int scope = v6 && isLinkLocal(high) ? SockAddr.inet6Scope(addresses, at) : 0;
        if (known != null
                && known.port() == port
                && known.scope() == scope
                && same(known.address(), v6, high, low)
                && sameLocal(addresses, at, v6, known)) {
            return known;
        }
        IpAddress source = local(addresses, at, v6);
        int index = source == null ? 0 : addresses.get(JAVA_INT, at + LOCAL_INDEX);
        return new Endpoint(new IpAddress(v6, high, low), port, scope, source, index);
    }

    private static boolean sameLocal(MemorySegment addresses, long at, boolean v6, Endpoint known) {
        long high = addresses.get(JAVA_LONG, at + LOCAL_HIGH);
        long low = addresses.get(JAVA_LONG, at + LOCAL_LOW);
        IpAddress source = known.source();
        if (!canSend(v6, high, low)) return source == null;
        return source != null
                && same(source, v6, high, low)
                && known.sourceInterface() == addresses.get(JAVA_INT, at + LOCAL_INDEX);
    }

    private static @Nullable IpAddress local(MemorySegment addresses, long at, boolean v6) {
        long high = addresses.get(JAVA_LONG, at + LOCAL_HIGH);
        long low = addresses.get(JAVA_LONG, at + LOCAL_LOW);
        return canSend(v6, high, low) ? new IpAddress(v6, high, low) : null;
    }

    private static boolean same(IpAddress address, boolean v6, long high, long low) {
        return address.high() == high && address.low() == low && address.v6() == v6;
    }

    /// False for an unknown address and for a multicast group that the datagram was sent to. For
    /// IPv4 the kernel gives one of our addresses in that case.
    private static boolean canSend(boolean v6, long high, long low) {
        return (high | low) != 0 && !(v6 && high >>> 56 == 0xff);
    }

    /// True for `fe80::/10`.
    private static boolean isLinkLocal(long high) {
        return high >>> 54 == 0x3fa;
    }

    private static final int LOCAL_HIGH = 32;
    private static final int LOCAL_LOW = 40;
    private static final int LOCAL_INDEX = 48;

    private DatagramAddresses() {}
}
