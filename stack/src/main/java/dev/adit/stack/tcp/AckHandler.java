package dev.adit.stack.tcp;

import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.recovery.SentRanges;

/// Processes an acceptable acknowledgement, with its SACK blocks, window and ECN echo (RFC 9293
/// §3.10.7.4, RFC 2018, RFC 2883, RFC 3168). Stateless; the connection's monitor is held.
final class AckHandler {
    /// @param position of the segment in the peer's stream
    /// @param acknowledged not before SND.UNA and not after SND.NXT
    static void acknowledge(
            ControlBlock c, long now, TcpSegment s, long position, long acknowledged) {
        Sender sender = c.sender;
        SentRanges ranges = sender.ranges;
        long priorUna = ranges.una();
        boolean isDuplicate =
                acknowledged == priorUna
                        && s.sequences() == 0
                        && ranges.count() > 0
                        && sender.isSameWindow(acknowledged, s.window);
        ranges.beginSample();
        ranges.acknowledge(acknowledged);
        long duplicate = c.sack && s.sacks > 0 ? takeSacks(sender, s, acknowledged) : 0;
        boolean hasEcho = c.timestamps.isAgreed && s.hasTimestamps;
        long age = hasEcho ? c.timestamps.age(now, s.timestampEcho) : -1;
        sender.updateWindow(position, acknowledged, s.window, s.isSyn());
        if (acknowledged > priorUna) {
            c.timers.progress(now);
            sender.unanswered = 0;
        } else if (ranges.count() == 0) {
            sender.unanswered = 0; // the answer to a probe of the window
        }
        sender.acknowledged(now, priorUna, isDuplicate, duplicate, hasEcho, s.timestampEcho, age);
        boolean isEcho = c.ecn && (s.flags & TransportHeader.ECE) != 0 && !s.isSyn();
        if (isEcho && sender.recovery.congestionSignalled()) c.isCwrOwed = true;
        if (sender.takeWritable()) c.news(ControlBlock.WRITABLE);
    }

    /// Takes SACK blocks in, the lowest first.
    ///
    /// @return bytes that a D-SACK block reports, 0 without
    private static long takeSacks(Sender sender, TcpSegment s, long una) {
        long duplicate = 0;
        int from = 0;
        long first = sender.position(s.sackFrom[0]), firstEnd = sender.position(s.sackTo[0]);
        if (firstEnd > first && firstEnd - first < MAX_WINDOW && isDuplicate(sender, s, una)) {
            duplicate = firstEnd - first;
            from = 1;
        }
        sort(s, from);
        for (int i = from; i < s.sacks; i++) {
            long start = sender.position(s.sackFrom[i]), end = sender.position(s.sackTo[i]);
            if (start < end && start >= una && end <= sender.ranges.nxt()) {
                sender.ranges.sack(start, end);
            }
        }
        return duplicate;
    }

    /// True when the first block reports a duplicate: it is acknowledged, or inside the second
    /// block (RFC 2883 §4).
    private static boolean isDuplicate(Sender sender, TcpSegment s, long una) {
        long from = sender.position(s.sackFrom[0]), to = sender.position(s.sackTo[0]);
        if (to <= una) return true;
        if (s.sacks < 2) return false;
        return from >= sender.position(s.sackFrom[1]) && to <= sender.position(s.sackTo[1]);
    }

    private static void sort(TcpSegment s, int from) {
        for (int i = from + 1; i < s.sacks; i++) {
            int start = s.sackFrom[i], end = s.sackTo[i], k = i;
            for (; k > from && s.sackFrom[k - 1] - start > 0; k--) {
                s.sackFrom[k] = s.sackFrom[k - 1];
                s.sackTo[k] = s.sackTo[k - 1];
            }
            s.sackFrom[k] = start;
            s.sackTo[k] = end;
        }
    }

    private static final long MAX_WINDOW = 1L << 30;

    private AckHandler() {}
}
