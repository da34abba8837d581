package dev.adit.tools.ifconfig;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;

import java.util.Optional;

/// Parses IPv4 addresses in all the forms of ifconfig(8): those of inet_aton(3) if one stands
/// alone, and those of inet_net_pton(3) if a prefix length follows. Stateless.
final class AddressText {
    /// Parses an address. In IPv4 it may have fewer than four parts, the last of which fills the
    /// rest (`10.1` is 10.0.0.1), each of them decimal, octal (`012`) or hexadecimal (`0xa`). In
    /// IPv6 it may have a zone, which is dropped.
    static Optional<IpAddress> address(String text, boolean v6) {
        if (v6) return IpAddress.parse(text.replaceFirst("%[^%]+$", "")).filter(IpAddress::v6);
        String[] parts = text.split("\\.", -1);
        if (parts.length > 4) return Optional.empty();
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            int bits = last ? 32 - 8 * i : 8;
            long part = number(parts[i]);
            if (part < 0 || part >>> bits != 0) return Optional.empty();
            value = last ? value | part : value | part << 24 - 8 * i;
        }
        return Optional.of(IpAddress.v4((int) value));
    }

    /// Parses a number in C syntax, below 2^32; -1 when it is not one.
    private static long number(String text) {
        boolean hexadecimal = text.matches("0[xX][0-9a-fA-F]{1,8}");
        if (hexadecimal) return Long.parseLong(text.substring(2), 16);
        if (text.matches("0[0-7]{1,11}")) return Long.parseLong(text, 8);
        return text.matches("0|[1-9][0-9]{0,9}") ? Long.parseLong(text) : -1;
    }

    /// Parses the network before a prefix length. In IPv4 it may end early (`10.1` is 10.1.0.0) or
    /// be one hexadecimal number whose digits count from the left (`0x0a01`).
    static Optional<IpAddress> network(String text, boolean v6) {
        if (v6) return address(text, true);
        return octets(text).map(octets -> IpAddress.v4(octets.value()));
    }

    /// Parses the prefix of `wgaip`. Without a length it gets that of the class of the IPv4
    /// network, or of the octets written if that is longer.
    static Optional<IpPrefix> prefix(String text) {
        if (text.contains(":")) return IpPrefix.parse(text);
        int slash = text.indexOf('/');
        Optional<Octets> octets = octets(slash < 0 ? text : text.substring(0, slash));
        if (octets.isEmpty()) return Optional.empty();
        IpAddress address = IpAddress.v4(octets.get().value());
        if (slash >= 0) return IpPrefix.parse(address + text.substring(slash));
        int length = Math.max(8 * octets.get().count(), classLength(address));
        return Optional.of(new IpPrefix(address, length));
    }

    /// The prefix length by the class of the address, as before there were netmasks.
    static int classLength(IpAddress address) {
        int first = (int) (address.high() >>> 56);
        return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : first < 240 ? 8 : 32;
    }

    /// The first octets of an address.
    ///
    /// @param value the address, with zeros for the missing octets
    /// @param count the number of octets given
    private record Octets(int value, int count) {}

    private static Optional<Octets> octets(String text) {
        if (text.matches("0[xX][0-9a-fA-F]{1,8}")) {
            String digits = text.substring(2);
            String all = digits + "0".repeat(8 - digits.length());
            return Optional.of(
                    new Octets(Integer.parseUnsignedInt(all, 16), (digits.length() + 1) / 2));
        }
        String[] parts = text.split("\\.", -1);
        int value = 0;
        for (int i = 0; i < parts.length; i++) {
            if (i == 4 || !parts[i].matches("[0-9]{1,3}")) return Optional.empty();
            int part = Integer.parseInt(parts[i]);
            if (part > 255) return Optional.empty();
            value |= part << 24 - 8 * i;
        }
        return Optional.of(new Octets(value, parts.length));
    }

    private AddressText() {}
}
