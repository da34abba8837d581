package dev.adit.stack.tcp;

import dev.adit.stack.congestion.CongestionControl;
import dev.adit.stack.recovery.AckSample;
import dev.adit.stack.recovery.Rack;
import dev.adit.stack.recovery.RateReduction;
import dev.adit.stack.recovery.RttEstimator;
import dev.adit.stack.recovery.SentRanges;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

/// A sender's loss recovery: when it begins and ends, how much may be sent meanwhile, and when a
/// reduction is undone.
///
/// With SACK, RACK-TLP (RFC 8985) finds losses; without, three duplicate acknowledgements do (RFC
/// 6582). Reductions are proportional (RFC 6937). Timeouts and recoveries that timestamps (RFC
/// 3522), D-SACK (RFC 3708) or F-RTO (RFC 5682) show to be spurious are undone. Guarded by the
/// connection.
final class LossRecovery {
    /// OPEN: nothing is lost. RECOVERY: losses found by acknowledgements are repaired. LOSS: the
    /// retransmission timer has gone off. RESENDING: what was too large for the path is sent anew,
    /// which says nothing about congestion.
    enum Phase {
        OPEN,
        RECOVERY,
        LOSS,
        RESENDING
    }

    private final Counters counters;
    private final SentRanges ranges;
    private final RttEstimator rtt;
    private final CongestionControl congestion;
    private final Rack rack = new Rack();
    private final RateReduction reduction = new RateReduction();
    private Phase phase = Phase.OPEN;
    private boolean sack;
    private long point; // recovery ends when this is acknowledged
    private int duplicates; // acknowledgements in a row, without SACK
    private long duplicateGuard; // RFC 6582: "recover"
    private long undoMarker = -1; // UNA when the reduction that may be undone began
    private long undoBytes; // sent again since, and not reported as duplicates
    private int retransmissionStamp; // timestamp of the first retransmission since
    private boolean hasRetransmitted;
    private boolean frto; // the timeout may turn out to be spurious
    private long frtoPoint; // what was sent before it
    private long probeEnd = -1; // TLP.end_seq, or -1
    private boolean probeIsRetransmission;
    private long ecnPoint; // ECN signals before it belong to one that was answered
    private int spurious;

    LossRecovery(
            Counters counters, SentRanges ranges, RttEstimator rtt, CongestionControl congestion) {
        this.counters = counters;
        this.ranges = ranges;
        this.rtt = rtt;
        this.congestion = congestion;
    }

    void setSack(boolean agreed) {
        sack = agreed;
    }

    Phase phase() {
        return phase;
    }

    int spurious() {
        return spurious;
    }

    /// Bytes thought to be in the network.
    long inFlight() {
        long bytes = ranges.inFlight();
        if (sack || duplicates == 0) return bytes;
        return Math.max(Math.min(bytes, congestion.segment()), bytes - arrivedOutOfOrder());
    }

    /// Without SACK, each duplicate acknowledgement stands for a segment that has arrived.
    private long arrivedOutOfOrder() {
        return (long) duplicates * congestion.segment();
    }

    /// An acknowledgement has been taken into the ranges.
    ///
    /// @param priorUna UNA before it
    /// @param isDuplicate it is a duplicate in the sense of RFC 5681 §2
    /// @param duplicate bytes that its D-SACK block reports, 0 without
    /// @param hasEcho it has a timestamp echo
    /// @return nanoseconds until RACK has to look again, or 0
    long acknowledged(
            long now,
            long priorUna,
            boolean isDuplicate,
            long duplicate,
            boolean hasEcho,
            int echo) {
        AckSample sample = ranges.sample();
        boolean advanced = ranges.una() > priorUna;
        boolean echoIsOlder = hasEcho && hasRetransmitted && echo - retransmissionStamp < 0;
        if (advanced) rtt.forgetBackoff();
        if (duplicate > 0) duplicateReported(duplicate);
        long wait = 0;
        if (sack) {
            rack.update(now, sample, rtt.min(), echoIsOlder);
            probeAnswered(duplicate > 0, advanced);
            if (ranges.isDisordered()) wait = detect(now);
        } else {
            countDuplicates(sample, advanced, isDuplicate, priorUna);
        }
        boolean isSpurious =
                undoMarker >= 0 && (advanced && echoIsOlder || undoBytes < 0) && hasRetransmitted;
        if (isSpurious) undo();
        move(sample, advanced, isDuplicate);
        return wait;
    }

    /// RACK looks for losses (RFC 8985 §6.2).
    ///
    /// @return nanoseconds until it has to look again, or 0
    long detect(long now) {
        return rack.detect(
                now, ranges, phase != Phase.OPEN, rtt.min(), Math.max(1, rtt.smoothed()));
    }

    /// The reordering timer has gone off.
    long detectLate(long now) {
        long wait = detect(now);
        if (phase == Phase.OPEN && ranges.lostBytes() > 0) enter();
        return wait;
    }

    private void move(AckSample sample, boolean advanced, boolean isDuplicate) {
        if (phase == Phase.LOSS && frto) forwardTimeout(sample, advanced, isDuplicate);
        if (phase != Phase.OPEN && ranges.una() >= point) leave();
        if (phase == Phase.OPEN && ranges.lostBytes() > 0) enter();
        if (phase == Phase.RECOVERY) {
            long bytes = sack ? sample.delivered : deliveredWithoutSack(sample, isDuplicate);
            congestion.recover(
                    reduction.window(
                            bytes, inFlight(), congestion.threshold(), congestion.segment()));
        }
    }

    private long deliveredWithoutSack(AckSample sample, boolean isDuplicate) {
        return isDuplicate
                ? congestion.segment()
                : Math.max(Math.min(sample.delivered, congestion.segment()), 0);
    }

    private void countDuplicates(
            AckSample sample, boolean advanced, boolean isDuplicate, long priorUna) {
        if (advanced) {
            long segments = Math.ceilDiv(sample.delivered, congestion.segment());
            duplicates = (int) Math.max(0, duplicates - Math.max(0, segments - 1));
            boolean isPartial = phase == Phase.RECOVERY && ranges.una() < point;
            if (isPartial) ranges.markFirstLost(congestion.segment()); // RFC 6582 §3.2 step 3
            else duplicates = 0;
        } else if (isDuplicate && ranges.count() > 0) {
            duplicates++;
            boolean mayEnter = phase == Phase.OPEN && priorUna >= duplicateGuard;
            if (duplicates == 3 && mayEnter) ranges.markFirstLost(congestion.segment());
        }
    }

    private void enter() {
        phase = Phase.RECOVERY;
        point = ranges.nxt();
        duplicateGuard = point;
        congestion.congested();
        reduction.begin(ranges.nxt() - ranges.una());
        beginUndo();
        probeEnd = -1;
        counters.count(Counter.TCP_FAST_RECOVERIES);
    }

    private void beginUndo() {
        undoMarker = ranges.una();
        undoBytes = 0;
        hasRetransmitted = false;
    }

    private void leave() {
        if (phase == Phase.RECOVERY) {
            congestion.recover(congestion.threshold());
            rack.recovered();
        }
        phase = Phase.OPEN;
        duplicates = 0;
        frto = false;
    }

    private void undo() {
        congestion.undo();
        ranges.unmarkLost();
        phase = Phase.OPEN;
        undoMarker = -1;
        hasRetransmitted = false;
        frto = false;
        duplicates = 0;
        spurious++;
        rtt.forgetBackoff();
        counters.count(Counter.TCP_SPURIOUS_RECOVERIES);
    }

    /// F-RTO with SACK (RFC 5682 §3): when what was never sent again arrives, the timeout was
    /// spurious.
    private void forwardTimeout(AckSample sample, boolean advanced, boolean isDuplicate) {
        if (sample.originalEnd >= 0 && sample.originalEnd <= frtoPoint) {
            undo();
        } else if (ranges.nxt() > frtoPoint) {
            if (sample.sacked > 0 || isDuplicate) frto = false;
        } else if (!advanced) {
            frto = false;
        }
    }

    /// True while new data should go before retransmissions, to tell whether the timeout was
    /// spurious (RFC 5682 §3 step 2b).
    boolean prefersNewData() {
        return frto && phase == Phase.LOSS && ranges.una() > undoMarker;
    }

    /// There is no new data that could be sent for F-RTO.
    void noNewData() {
        frto = false;
    }

    /// A D-SACK block: something was sent again in vain (RFC 3708 in spirit).
    private void duplicateReported(long bytes) {
        rack.duplicate(ranges.una(), ranges.nxt());
        if (undoMarker < 0 || !hasRetransmitted) return;
        undoBytes -= bytes;
        if (undoBytes == 0) undoBytes = -1;
    }

    /// RFC 8985 §7.4.2.
    private void probeAnswered(boolean hasDuplicate, boolean advanced) {
        if (probeEnd < 0 || ranges.una() < probeEnd) return;
        boolean isLoss = probeIsRetransmission && !hasDuplicate && ranges.una() > probeEnd;
        boolean isPending = probeIsRetransmission && !hasDuplicate && !isLoss && advanced;
        if (isPending) return; // the original or the probe: what follows tells
        probeEnd = -1;
        if (isLoss && phase == Phase.OPEN) {
            congestion.congested();
            congestion.recover(congestion.threshold());
        }
    }

    /// True when a tail loss probe may be scheduled (RFC 8985 §7.2).
    boolean mayProbe() {
        return sack
                && phase == Phase.OPEN
                && probeEnd < 0
                && ranges.count() > 0
                && ranges.sackedBytes() == 0
                && rtt.smoothed() > 0;
    }

    /// How long to wait before a tail loss probe, in nanoseconds.
    long probeTimeout() {
        boolean single = ranges.inFlight() <= congestion.segment();
        return 2 * rtt.smoothed() + (single ? WORST_DELAYED_ACK : SLACK);
    }

    /// A probe was sent.
    void probed(boolean isRetransmission) {
        probeEnd = ranges.nxt();
        probeIsRetransmission = isRetransmission;
        counters.count(Counter.TCP_LOSS_PROBES);
    }

    /// Data was sent, or sent again at the time of the connection's clock that `stamp` tells.
    void sent(long bytes, boolean again, int stamp) {
        if (phase == Phase.RECOVERY) reduction.sent(bytes);
        if (!again) return;
        if (undoMarker >= 0) undoBytes += bytes;
        if (hasRetransmitted) return;
        hasRetransmitted = true;
        retransmissionStamp = stamp;
    }

    /// The retransmission timer has gone off.
    void timedOut() {
        boolean isFirst = phase != Phase.LOSS || ranges.una() > undoMarker && undoMarker >= 0;
        boolean wasOpen = phase == Phase.OPEN || phase == Phase.RESENDING;
        congestion.timedOut(isFirst && phase != Phase.RECOVERY, inFlight());
        if (isFirst) beginUndo();
        frto = sack && wasOpen;
        frtoPoint = ranges.nxt();
        ranges.markAllLost();
        phase = Phase.LOSS;
        point = ranges.nxt();
        duplicateGuard = point;
        duplicates = 0;
        probeEnd = -1;
        counters.count(Counter.TCP_RETRANSMISSION_TIMEOUTS);
    }

    /// All that is in the network has to be sent anew, without a loss: it was too large for the
    /// path, or the path was gone.
    void resend() {
        ranges.markAllLost();
        if (phase == Phase.OPEN) phase = Phase.RESENDING;
        point = ranges.nxt();
        probeEnd = -1;
        duplicates = 0;
    }

    /// The peer tells of congestion (RFC 3168 §6.1.2).
    ///
    /// @return true when it is a new signal, to be answered with CWR
    boolean congestionSignalled() {
        if (phase == Phase.RECOVERY || phase == Phase.LOSS || ranges.una() < ecnPoint) return false;
        ecnPoint = ranges.nxt();
        congestion.congested();
        congestion.recover(congestion.threshold());
        return true;
    }

    /// True when the window may grow for what was acknowledged.
    boolean mayGrow() {
        return phase != Phase.RECOVERY;
    }

    private static final long WORST_DELAYED_ACK = 200_000_000L;
    private static final long SLACK = 2_000_000L;
}
