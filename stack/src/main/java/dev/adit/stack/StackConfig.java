package dev.adit.stack;

import dev.adit.ip.address.IpAddress;

import java.util.List;

/// The configuration of a stack: its addresses, MTU and memory. Immutable.
///
/// @param addresses own addresses, each with its network
/// @param mtu bytes, at least 576; at least 1,280 with an IPv6 address
/// @param memory bytes that all queues together may take
public record StackConfig(List<Address> addresses, int mtu, long memory) {
    public StackConfig {
        addresses = List.copyOf(addresses);
        boolean hasV6 = addresses.stream().anyMatch(a -> a.address().v6());
        int least = hasV6 ? LEAST_MTU_V6 : LEAST_MTU_V4;
        if (mtu < least || mtu > 0xffff) {
            throw new IllegalArgumentException("an MTU is " + least + " to 65535 here, not " + mtu);
        }
        if (memory <= 0) throw new IllegalArgumentException("no memory");
    }

    /// A stack with these addresses, an MTU and 64 MiB.
    public static StackConfig of(int mtu, Address... addresses) {
        return new StackConfig(List.of(addresses), mtu, DEFAULT_MEMORY);
    }

    /// An own address.
    ///
    /// @param bits how many bits of it are its network's
    public record Address(IpAddress address, int bits) {
        public Address {
            if (bits < 0 || bits > address.bits()) {
                throw new IllegalArgumentException("prefix length " + bits);
            }
        }
    }

    /// Bytes of memory unless set: 64 MiB.
    public static final long DEFAULT_MEMORY = 64L << 20;

    private static final int LEAST_MTU_V4 = 576;
    private static final int LEAST_MTU_V6 = 1280;
}
