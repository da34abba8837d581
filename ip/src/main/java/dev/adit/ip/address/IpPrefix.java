package dev.adit.ip.address;

import java.util.Optional;

/// An IP prefix: the addresses that share their first `length` bits with `address`, whose other
/// bits are zero. Immutable.
public record IpPrefix(IpAddress address, int length) {
    /// Clears the host bits of `address`.
    ///
    /// @throws IllegalArgumentException when `length` is not between 0 and the bits of the family
    public IpPrefix {
        if (length < 0 || length > address.bits()) {
            throw new IllegalArgumentException("prefix length " + length);
        }
        address =
                new IpAddress(
                        address.v6(),
                        address.high() & mask(Math.min(length, 64)),
                        address.low() & mask(Math.max(length - 64, 0)));
    }

    /// Parses a prefix written as `address/length`; without a length it is the single address.
    /// Empty when `text` is not one.
    public static Optional<IpPrefix> parse(CharSequence text) {
        String whole = text.toString();
        int slash = whole.indexOf('/');
        Optional<IpAddress> address =
                IpAddress.parse(slash < 0 ? whole : whole.substring(0, slash));
        if (address.isEmpty()) return Optional.empty();
        int length = slash < 0 ? address.get().bits() : lengthOf(whole.substring(slash + 1));
        if (length < 0 || length > address.get().bits()) return Optional.empty();
        return Optional.of(new IpPrefix(address.get(), length));
    }

    /// Parses a decimal number of one to three digits; -1 when it is not one.
    private static int lengthOf(String digits) {
        if (digits.isEmpty() || digits.length() > 3) return -1;
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') return -1;
        }
        return Integer.parseInt(digits);
    }

    /// True when this prefix contains the address with these bits, which must be of the same
    /// family.
    public boolean contains(long high, long low) {
        return ((high ^ address.high()) & mask(Math.min(length, 64))) == 0
                && ((low ^ address.low()) & mask(Math.max(length - 64, 0))) == 0;
    }

    /// A mask of the first `bits` bits, 0 to 64.
    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
