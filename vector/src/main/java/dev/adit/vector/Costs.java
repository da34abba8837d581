package dev.adit.vector;

/// What packets cost one by one, and in groups that are done at once. Immutable.
final class Costs {
    private final Line one;
    private final Line[] groups;

    /// @param one of a single packet
    /// @param groups of groups of 1, 2, 4 ... packets and so on up to as many as there are lanes
    Costs(Line one, Line... groups) {
        this.one = one;
        this.groups = groups.clone();
    }

    /// Nanoseconds by length.
    ///
    /// @param start for [#SHORT] bytes
    /// @param each for each byte more
    record Line(double start, double each) {
        /// The line through what was measured at both lengths.
        static Line through(double atShort, double atLong) {
            return new Line(atShort, (atLong - atShort) / (LONG - SHORT));
        }

        double at(int bytes) {
            return start + each * (bytes - SHORT);
        }
    }

    /// True when so many packets, no more than there are lanes, are done sooner as a group.
    boolean pays(int packets, int bytes) {
        // A group costs what the next larger power of two does.
        int group = Integer.SIZE - Integer.numberOfLeadingZeros(packets - 1);
        return packets * one.at(bytes) > MARGIN * groups[group].at(bytes);
    }

    /// True when a full group is so much faster, at either length, that it is worth having.
    ///
    /// @param width packets of it
    static boolean isWorthIt(Line one, Line full, int width) {
        return width * one.at(SHORT) > REQUIRED * full.at(SHORT)
                && width * one.at(LONG) > REQUIRED * full.at(LONG);
    }

    /// Bytes at which it is measured.
    static final int SHORT = 64;

    static final int LONG = 1420;

    private static final double MARGIN = 1.1;
    private static final double REQUIRED = 1.25;
}
