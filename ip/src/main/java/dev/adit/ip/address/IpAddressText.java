package dev.adit.ip.address;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// Parses and formats addresses as inet_pton(3) and inet_ntop(3) do. Stateless.
final class IpAddressText {
    static Optional<IpAddress> parse(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ':') return parseV6(text.toString());
        }
        long v4 = parseV4(text);
        return v4 < 0 ? Optional.empty() : Optional.of(IpAddress.v4((int) v4));
    }

    /// The 32 bits of a dotted quad, or -1.
    private static long parseV4(CharSequence text) {
        long address = 0;
        int octets = 0, octet = 0, digits = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (digits == 0 || ++octets > 4) return -1;
                address = address << 8 | octet;
                octet = digits = 0;
            } else {
                if (c < '0' || c > '9' || (digits > 0 && octet == 0)) return -1;
                octet = octet * 10 + c - '0';
                if (++digits > 3 || octet > 255) return -1;
            }
        }
        return octets == 4 ? address : -1;
    }

    private static Optional<IpAddress> parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) return Optional.empty();
        int[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        int[] tail = gap < 0 ? NO_GROUPS : groups(text.substring(gap + 2), true);
        if (head == null || tail == null) return Optional.empty();
        int count = head.length + tail.length;
        if (gap < 0 ? count != 8 : count > 7) return Optional.empty();

        int[] all = new int[8];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(tail, 0, all, 8 - tail.length, tail.length);
        return Optional.of(IpAddress.v6(pack(all, 0), pack(all, 4)));
    }

    /// The 16-bit groups of `text`, or null when it is malformed. A dotted quad may stand for the
    /// last two.
    private static int @Nullable [] groups(String text, boolean quadAllowed) {
        if (text.isEmpty()) return NO_GROUPS;
        String[] parts = text.split(":", -1);
        boolean quad = quadAllowed && parts[parts.length - 1].indexOf('.') >= 0;
        int[] groups = new int[parts.length + (quad ? 1 : 0)];
        for (int i = 0; i < parts.length; i++) {
            if (quad && i == parts.length - 1) {
                long v4 = parseV4(parts[i]);
                if (v4 < 0) return null;
                groups[i] = (int) (v4 >>> 16);
                groups[i + 1] = (int) (v4 & 0xffff);
            } else if ((groups[i] = hexGroup(parts[i])) < 0) {
                return null;
            }
        }
        return groups;
    }

    private static int hexGroup(String text) {
        if (text.isEmpty() || text.length() > 4) return -1;
        int group = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) return -1;
            group = group << 4 | digit;
        }
        return group;
    }

    private static long pack(int[] groups, int from) {
        return (long) groups[from] << 48
                | (long) groups[from + 1] << 32
                | (long) groups[from + 2] << 16
                | groups[from + 3];
    }

    static String format(IpAddress address) {
        if (!address.v6()) return quad((int) (address.high() >>> 32));
        int[] group = new int[8];
        for (int i = 0; i < 8; i++) {
            long half = i < 4 ? address.high() : address.low();
            group[i] = (int) (half >>> 48 - 16 * (i & 3)) & 0xffff;
        }
        int gap = -1, gapLength = 1; // the first longest run of at least two zero groups
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && group[end] == 0) end++;
            if (end - i > gapLength) {
                gap = i;
                gapLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        boolean embedded = gap == 0 && (gapLength == 6 || (gapLength == 5 && group[5] == 0xffff));
        int groups = embedded ? 6 : 8;
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < groups; i++) {
            if (i == gap) {
                text.append(i == 0 ? "::" : ":");
                i += gapLength - 1;
                continue;
            }
            text.append(Integer.toHexString(group[i]));
            if (i < 7) text.append(':');
        }
        if (embedded) text.append(quad(group[6] << 16 | group[7]));
        return text.toString();
    }

    private static String quad(int address) {
        return (address >>> 24)
                + "."
                + (address >>> 16 & 0xff)
                + "."
                + (address >>> 8 & 0xff)
                + "."
                + (address & 0xff);
    }

    private static final int[] NO_GROUPS = {};

    private IpAddressText() {}
}
