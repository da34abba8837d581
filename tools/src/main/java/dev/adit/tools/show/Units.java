package dev.adit.tools.show;

import java.util.Locale;
import java.util.StringJoiner;

/// Formats times and amounts in words. Immutable.
record Units(Style style) {
    /// The time from `then` to `now`, both in seconds of the epoch.
    String ago(long then, long now) {
        if (then == now) return "Now";
        if (then > now) {
            return "("
                    + style.alarm("System clock wound backward; connection problems may ensue.")
                    + ")";
        }
        return duration(now - then) + " ago";
    }

    String every(long seconds) {
        return "every " + duration(seconds);
    }

    /// A duration such as `1 hour, 3 seconds`; units that are zero are left out.
    private String duration(long seconds) {
        StringJoiner words = new StringJoiner(", ");
        long rest = seconds;
        for (int i = 0; i < TIME_UNITS.length; i++) {
            long count = rest / SECONDS[i];
            rest %= SECONDS[i];
            if (count != 0) {
                words.add(count + " " + style.unit(TIME_UNITS[i] + (count == 1 ? "" : "s")));
            }
        }
        return words.toString();
    }

    /// @param count an unsigned number of bytes
    String bytes(long count) {
        if (Long.compareUnsigned(count, 1024) < 0) return count + " " + style.unit("B");
        // Halved, an unsigned number fits a signed one; the lost bit is far behind the two
        // decimals.
        double amount = 2.0 * (count >>> 1) / 1024;
        int unit = 0;
        while (amount >= 1024 && unit < BYTE_UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f ", amount) + style.unit(BYTE_UNITS[unit]);
    }

    private static final String[] TIME_UNITS = {"year", "day", "hour", "minute", "second"};
    private static final long[] SECONDS = {365 * 86_400, 86_400, 3_600, 60, 1};
    private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB"};
}
