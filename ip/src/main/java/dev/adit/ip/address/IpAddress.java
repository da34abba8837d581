package dev.adit.ip.address;

import java.util.Optional;

/// An IPv4 or IPv6 address as bits, most significant first: an IPv4 address is the upper half of
/// `high`. Immutable.
///
/// Both families in one shape, so that prefixes, routing tables and endpoints need no second
/// version.
public record IpAddress(boolean v6, long high, long low) {
    public IpAddress {
        if (!v6 && (low != 0 || (high & 0xffffffffL) != 0)) {
            throw new IllegalArgumentException("more than 32 bits in an IPv4 address");
        }
    }

    /// The IPv4 address with the bytes of `address`, the first one most significant.
    public static IpAddress v4(int address) {
        return new IpAddress(false, (long) address << 32, 0);
    }

    /// The IPv6 address with these bits.
    public static IpAddress v6(long high, long low) {
        return new IpAddress(true, high, low);
    }

    /// Parses an address as inet_pton(3) does: four decimal numbers without leading zeros, or IPv6
    /// without a scope. Empty when `text` is not one.
    public static Optional<IpAddress> parse(CharSequence text) {
        return IpAddressText.parse(text);
    }

    /// The number of bits in an address of this family: 32 or 128.
    public int bits() {
        return v6 ? 128 : 32;
    }

    /// The address as inet_ntop(3) writes it.
    @Override
    public String toString() {
        return IpAddressText.format(this);
    }
}
