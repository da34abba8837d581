package dev.adit.device.text;

/// Parses numbers as C does. Stateless.
public final class Numbers {
    /// Parses a decimal number of any length from 0 to `max`; -1 when it is not one.
    public static long decimal(CharSequence digits, long max) {
        return number(digits, 10, max);
    }

    /// Parses a hexadecimal number in digits of either case from 0 to `max`; -1 when it is not one.
    public static long hexadecimal(CharSequence digits, long max) {
        return number(digits, 16, max);
    }

    private static long number(CharSequence digits, int radix, long max) {
        if (digits.isEmpty()) return -1;
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0 || value > (max - digit) / radix) return -1;
            value = value * radix + digit;
        }
        return value;
    }

    /// Parses a port as getaddrinfo(3) of glibc does: a number of strtoul(3), optionally with white
    /// space and a sign before it, whose low 32 bits are not negative and whose low 16 bits are the
    /// port. Returns -1 for anything else, which is then the name of a service.
    public static int port(String padded) {
        String text = padded.replaceFirst("^[ \\t-\\r]+", "");
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        if (digits.isEmpty()) return -1;
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) return -1;
            if (Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, 10)) > 0) return -1;
            value = value * 10 + digit;
        }
        int low = (int) (negative ? -value : value);
        return low < 0 ? -1 : low & 0xffff;
    }

    private Numbers() {}
}
