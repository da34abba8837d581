package dev.adit.device.config.file;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;

import java.util.Optional;

/// An address of an interface with the prefix length of its network, in any of the forms of
/// ip-address(8). Immutable.
///
/// The prefix is a length or a mask, in numbers of C syntax: `24`, `0x18`, `030`, `255.255.255.0`.
/// An IPv4 address may be short, with zeros behind it: `10.1` is 10.1.0.0. Without a prefix the
/// address is alone.
public record InterfaceAddress(IpAddress address, int length) {
    /// Parses an address; empty when `text` has none of these forms.
    public static Optional<InterfaceAddress> parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        Optional<IpAddress> address = host.contains(":") ? IpAddress.parse(host) : v4(host);
        if (address.isEmpty()) return Optional.empty();
        int bits = address.get().bits();
        long length = slash < 0 ? bits : length(text.substring(slash + 1));
        if (length < 0 || length > bits) return Optional.empty();
        return Optional.of(new InterfaceAddress(address.get(), (int) length));
    }

    /// The addresses of its network.
    public IpPrefix network() {
        return new IpPrefix(address, length);
    }

    /// The address as the kernel shows it.
    @Override
    public String toString() {
        return address + "/" + length;
    }

    /// Parses one to four numbers, most significant first; fewer than four not as in inet_aton(3).
    private static Optional<IpAddress> v4(String text) {
        String[] numbers = text.split("[.]", -1);
        if (numbers.length > 4) return Optional.empty();
        int bits = 0;
        for (int i = 0; i < numbers.length; i++) {
            long number = number(numbers[i]);
            if (number < 0 || number > 255) return Optional.empty();
            bits |= (int) number << (24 - 8 * i);
        }
        return Optional.of(IpAddress.v4(bits));
    }

    private static long length(String text) {
        long length = number(text);
        if (length >= 0) return length;
        Optional<IpAddress> mask = v4(text);
        return mask.isEmpty() ? -1 : ofMask((int) (mask.get().high() >>> 32));
    }

    /// The number of leading ones, if all others are zero; else -1.
    private static int ofMask(int mask) {
        int ones = Integer.numberOfLeadingZeros(~mask);
        return Integer.bitCount(mask) == ones ? ones : -1;
    }

    /// Parses a number like strtoul(3): decimal, or octal behind `0`, or hexadecimal behind `0x`;
    /// else -1.
    private static long number(String text) {
        String digits = text.startsWith("+") ? text.substring(1) : text;
        if (digits.matches("0[xX][0-9a-fA-F]{1,8}")) return Long.parseLong(digits.substring(2), 16);
        if (digits.matches("0[0-7]{0,10}")) return Long.parseLong(digits, 8);
        return digits.matches("[1-9][0-9]{0,9}") ? Long.parseLong(digits) : -1;
    }
}
