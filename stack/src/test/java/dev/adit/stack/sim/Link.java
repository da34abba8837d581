package dev.adit.stack.sim;

/// What a simulated direction of a network does to packets. Immutable.
///
/// @param delay nanoseconds
/// @param jitter nanoseconds at most that a packet is late besides, so that packets overtake
/// @param loss in millionths, as are duplicates and errors
/// @param rate bytes a second, 0 for no limit
/// @param queue bytes that wait at most where there is a rate
/// @param mtu larger packets are dropped; with `tellsMtu` the sender gets an ICMP error
public record Link(
        long delay,
        long jitter,
        int loss,
        int duplicates,
        int errors,
        long rate,
        long queue,
        int mtu,
        boolean tellsMtu) {
    /// A network that only takes its time.
    public static Link of(long delay) {
        return new Link(delay, 0, 0, 0, 0, 0, 0, 65_535, true);
    }

    public Link withLoss(int millionths) {
        return new Link(delay, jitter, millionths, duplicates, errors, rate, queue, mtu, tellsMtu);
    }

    public Link withJitter(long nanoseconds) {
        return new Link(delay, nanoseconds, loss, duplicates, errors, rate, queue, mtu, tellsMtu);
    }

    public Link withDuplicates(int millionths) {
        return new Link(delay, jitter, loss, millionths, errors, rate, queue, mtu, tellsMtu);
    }

    public Link withErrors(int millionths) {
        return new Link(delay, jitter, loss, duplicates, millionths, rate, queue, mtu, tellsMtu);
    }

    public Link withRate(long bytes, long waiting) {
        return new Link(delay, jitter, loss, duplicates, errors, bytes, waiting, mtu, tellsMtu);
    }

    public Link withMtu(int bytes, boolean tells) {
        return new Link(delay, jitter, loss, duplicates, errors, rate, queue, bytes, tells);
    }
}
