package dev.adit.vector;

/// Measured times for processing packets singly and in groups; decides which is faster. Immutable.
final class Costs {
    private final Line one;
    private final Line[] groups;

    /// @param one the cost of a single packet
    /// @param groups the costs of groups of 1, 2, 4 ... packets, up to the number of lanes
    Costs(Line one, Line... groups) {
        this.one = one;
        this.groups = groups.clone();
    }

    /// A duration in nanoseconds as a linear function of the packet length.
    ///
    /// @param start for [#SHORT] bytes
    /// @param each for each additional byte
    record Line(double start, double each) {
        /// The line through the measurements at both lengths.
        static Line through(double atShort, double atLong) {
            return new Line(atShort, (atLong - atShort) / (LONG - SHORT));
        }

        double at(int bytes) {
            return start + each * (bytes - SHORT);
        }
    }

    /// True when so many packets, no more than there are lanes, are faster as a group.
    boolean pays(int packets, int bytes) {
        // A group costs the same as the next larger power of two.
        int group = Integer.SIZE - Integer.numberOfLeadingZeros(packets - 1);
        return packets * one.at(bytes) > MARGIN * groups[group].at(bytes);
    }

    /// True when a full group, at either length, is so much faster that it is worth using.
    ///
    /// @param width the number of packets in it
    static boolean isWorthIt(Line one, Line full, int width) {
        return width * one.at(SHORT) > REQUIRED * full.at(SHORT)
                && width * one.at(LONG) > REQUIRED * full.at(LONG);
    }

    /// The shorter of the two lengths measured, in bytes.
    static final int SHORT = 64;

    static final int LONG = 1420;

    private static final double MARGIN = 1.1;
    private static final double REQUIRED = 1.25;
}
