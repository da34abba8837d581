package dev.adit.device.dns;

import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Sorts the addresses of a name in the order in which to try them, as getaddrinfo(3) does (RFC
/// 6724 §6): those with a route first, then those that suit the source address they would be
/// reached from. Stateless.
///
/// Rules 3, 4 and 7 are left out, since their facts are not available to a program: deprecated and
/// home addresses, and tunnels of the system.
public final class AddressOrder {
    /// Finds the source address that the system would choose.
    public interface Sources {
        /// The source of packets to `destination`, or null when there is no route to it.
        @Nullable InetAddress toward(InetAddress destination);
    }

    /// Sorts the addresses, the best one first; those that no rule distinguishes keep their order.
    public static List<InetAddress> sorted(List<InetAddress> addresses, Sources sources) {
        if (addresses.size() < 2) return List.copyOf(addresses);
        List<Candidate> candidates = new ArrayList<>();
        for (InetAddress address : addresses) {
            candidates.add(new Candidate(address, sources.toward(address)));
        }
        return candidates.stream().sorted(ORDER).map(Candidate::address).toList();
    }

    private record Candidate(InetAddress address, @Nullable InetAddress source) {
        boolean isUsable() {
            return source != null;
        }

        boolean hasMatchingScope() {
            return source != null && scope(address) == scope(source);
        }

        boolean hasMatchingLabel() {
            return source != null && policy(address).label == policy(source).label;
        }

        int precedence() {
            return policy(address).precedence;
        }

        /// Rule 9 is for IPv6 only: common prefixes of IPv4 addresses mean nothing.
        int commonPrefix() {
            return address instanceof Inet6Address a && source instanceof Inet6Address b
                    ? commonBits(a.getAddress(), b.getAddress())
                    : 0;
        }
    }

    private static final Comparator<Candidate> ORDER =
            Comparator.comparing(Candidate::isUsable)
                    .thenComparing(Candidate::hasMatchingScope)
                    .thenComparing(Candidate::hasMatchingLabel)
                    .thenComparingInt(Candidate::precedence)
                    .thenComparingInt(candidate -> -scope(candidate.address))
                    .thenComparingInt(Candidate::commonPrefix)
                    .reversed();

    /// One line of the policy table of RFC 6724 §2.1.
    private record Policy(byte[] prefix, int bits, int precedence, int label) {
        private static Policy of(String prefix, int bits, int precedence, int label) {
            return new Policy(bytes(InetAddress.ofLiteral(prefix)), bits, precedence, label);
        }

        boolean covers(byte[] address) {
            return commonBits(prefix, address) >= bits;
        }
    }

    // The longest prefix first.
    private static final List<Policy> POLICIES =
            List.of(
                    Policy.of("::1", 128, 50, 0),
                    Policy.of("0.0.0.0", 96, 35, 4),
                    Policy.of("::", 96, 1, 3),
                    Policy.of("2001::", 32, 5, 5),
                    Policy.of("2002::", 16, 30, 2),
                    Policy.of("3ffe::", 16, 1, 12),
                    Policy.of("fec0::", 10, 1, 11),
                    Policy.of("fc00::", 7, 3, 13),
                    Policy.of("::", 0, 40, 1));

    private static Policy policy(InetAddress address) {
        byte[] bytes = bytes(address);
        for (Policy policy : POLICIES) {
            if (policy.covers(bytes)) return policy;
        }
        throw new AssertionError(address);
    }

    /// The 16 bytes of the address; an IPv4 address counts as its IPv4-mapped one.
    private static byte[] bytes(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) return bytes;
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    private static int commonBits(byte[] one, byte[] other) {
        int bits = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = (one[i] ^ other[i]) & 0xff;
            if (difference != 0) return bits + Integer.numberOfLeadingZeros(difference) - 24;
            bits += Byte.SIZE;
        }
        return bits;
    }

    /// The scope of an address in the numbers of IPv6 multicast (RFC 6724 §3.1 and §3.2).
    private static int scope(InetAddress address) {
        if (address instanceof Inet6Address && address.isMulticastAddress()) {
            return address.getAddress()[1] & 0xf;
        }
        if (address.isLinkLocalAddress() || address.isLoopbackAddress()) return LINK_LOCAL;
        boolean siteLocal = address instanceof Inet6Address && address.isSiteLocalAddress();
        return siteLocal ? SITE_LOCAL : GLOBAL;
    }

    private static final int LINK_LOCAL = 0x2;
    private static final int SITE_LOCAL = 0x5;
    private static final int GLOBAL = 0xe;

    private AddressOrder() {}
}
