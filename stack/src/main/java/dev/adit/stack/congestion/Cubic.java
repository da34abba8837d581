package dev.adit.stack.congestion;

/// CUBIC (RFC 9438). Guarded by the connection.
public final class Cubic extends CongestionControl {
    private double windowMax; // bytes, W_max
    private double estimate; // bytes, W_est: what Reno would have
    private double origin; // seconds, K
    private double plateau; // bytes, the window at K
    private double credit; // bytes of growth that are not whole yet
    private long epoch = NONE; // when this stage of congestion avoidance began
    private double windowMaxBefore;

    public Cubic() {}

    @Override
    protected void avoid(long now, long acked, long rtt) {
        if (epoch == NONE) beginEpoch(now);
        double t = (now - epoch) * 1e-9, next = t + rtt * 1e-9;
        double target = Math.clamp(at(next), (double) window, 1.5 * window);
        double alpha = estimate < windowMax ? ALPHA : 1;
        estimate += alpha * segment * acked / window;
        if (at(t) < estimate) {
            window = Math.max(window, (long) estimate);
            return;
        }
        credit += (target - window) / window * acked;
        long whole = (long) credit;
        credit -= whole;
        window += whole;
    }

    private void beginEpoch(long now) {
        epoch = now;
        estimate = window;
        credit = 0;
        if (window < windowMax) {
            origin = Math.cbrt((windowMax - window) / segment / C);
            plateau = windowMax;
        } else {
            origin = 0;
            plateau = window;
        }
    }

    /// The window `t` seconds into the epoch (RFC 9438 §4.2).
    private double at(double t) {
        double d = t - origin;
        return C * d * d * d * segment + plateau;
    }

    @Override
    protected long reduced() {
        windowMaxBefore = windowMax;
        // Fast convergence (RFC 9438 §4.7).
        windowMax = window < windowMax ? window * (1 + BETA) / 2 : window;
        epoch = NONE;
        return (long) (window * BETA);
    }

    @Override
    protected void restored() {
        windowMax = windowMaxBefore;
        epoch = NONE;
    }

    @Override
    public void idle() {
        super.idle();
        epoch = NONE;
    }

    private static final double C = 0.4;
    private static final double BETA = 0.7;
    private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);
    private static final long NONE = Long.MIN_VALUE;
}
