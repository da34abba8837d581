package dev.adit.protocol.sim;

/// What a path does to datagrams. Immutable.
///
/// @param latency nanoseconds that every datagram takes
/// @param jitter up to so many more, which alone makes datagrams overtake each other
/// @param loss the share that never arrives
/// @param duplication the share that arrives twice
/// @param reordering the share that is held back for up to [#HELD_BACK] more
/// @param corruption the share of which one bit is flipped
/// @param mtu UDP payloads longer than this never arrive
public record Conditions(
        long latency,
        long jitter,
        double loss,
        double duplication,
        double reordering,
        double corruption,
        int mtu) {

    /// Everything arrives in order, `latency` nanoseconds after it was sent.
    public static Conditions latency(long latency) {
        return new Conditions(latency, 0, 0, 0, 0, 0, 65_507);
    }

    public Conditions jitter(long nanoseconds) {
        return new Conditions(latency, nanoseconds, loss, duplication, reordering, corruption, mtu);
    }

    public Conditions loss(double share) {
        return new Conditions(latency, jitter, share, duplication, reordering, corruption, mtu);
    }

    public Conditions duplication(double share) {
        return new Conditions(latency, jitter, loss, share, reordering, corruption, mtu);
    }

    public Conditions reordering(double share) {
        return new Conditions(latency, jitter, loss, duplication, share, corruption, mtu);
    }

    public Conditions corruption(double share) {
        return new Conditions(latency, jitter, loss, duplication, reordering, share, mtu);
    }

    public Conditions mtu(int bytes) {
        return new Conditions(latency, jitter, loss, duplication, reordering, corruption, bytes);
    }

    /// Nanoseconds.
    public static final long HELD_BACK = 200 * PaperConstants.MILLISECOND;
}
