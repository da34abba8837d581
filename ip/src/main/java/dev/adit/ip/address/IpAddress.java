package dev.adit.ip.address;

import java.util.Optional;

/// An IPv4 or IPv6 address as bits, the first one on top: an IPv4 address is the upper half of
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

    /// The IPv4 address whose bytes are those of `address`, the first one on top.
    public static IpAddress v4(int address) {
        return new IpAddress(false, (long) address << 32, 0);
    }

    /// The IPv6 address with these bits.
    public static IpAddress v6(long high, long low) {
        return new IpAddress(true, high, low);
    }

    /// The address that `text` spells, as inet_pton(3) reads it: four decimal numbers without
    /// leading zeros, or IPv6 without a scope. Empty when it spells none.
    public static Optional<IpAddress> parse(CharSequence text) {
        return IpAddressText.parse(text);
    }

    /// Bits of an address of this family: 32 or 128.
    public int bits() {
        return v6 ? 128 : 32;
    }

    /// As inet_ntop(3) spells it.
    @Override
    public String toString() {
        return IpAddressText.format(this);
    }
}
