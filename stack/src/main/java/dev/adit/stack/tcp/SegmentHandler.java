package dev.adit.stack.tcp;

import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IcmpError;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.stats.Counter;

/// Processes a received segment by the state of its connection (RFC 9293 §3.10.7, with RFC 5961
/// against blind attacks). Stateless; the connection's monitor is held.
final class SegmentHandler {
    static void handle(ControlBlock c, long now, TcpSegment s) {
        switch (c.state) {
            case SYN_SENT -> synSent(c, now, s);
            case CLOSED, TIME_WAIT -> {}
            default -> others(c, now, s);
        }
    }

    /// RFC 9293 §3.10.7.3.
    private static void synSent(ControlBlock c, long now, TcpSegment s) {
        Sender sender = c.sender;
        long acknowledged = sender.position(s.acknowledgement);
        if (s.isAck() && (acknowledged <= 0 || acknowledged > sender.ranges.nxt())) {
            if (!s.isReset()) c.context.stateless.reset(c.pair, s.acknowledgement);
            return;
        }
        if (s.isReset()) {
            if (!s.isAck()) return;
            c.context.counters.count(Counter.TCP_RESETS_RECEIVED);
            c.end(Ending.Reason.REFUSED, 0);
            return;
        }
        if (!s.isSyn()) return;
        c.timers.heard(now);
        negotiate(c, now, s);
        if (!s.isAck()) { // both began at once (RFC 9293 §3.5)
            c.ecn = false;
            c.state = ConnectionState.SYN_RECEIVED;
            c.sender.ranges.markAllLost();
            c.isSynOwed = true;
            return;
        }
        c.ecn =
                c.options.requestEcn()
                        && (s.flags & (TransportHeader.ECE | TransportHeader.CWR))
                                == TransportHeader.ECE;
        establish(c, now, s, 0, acknowledged);
        c.acknowledgeNow();
        takeData(c, now, s, 1);
    }

    /// Takes the options of the peer's SYN in.
    static void negotiate(ControlBlock c, long now, TcpSegment s) {
        int least = c.pair.isV6() ? 1220 : 536;
        c.peerSegment = s.maxSegment < 0 ? least : Math.max(LEAST_SEGMENT, s.maxSegment);
        c.receiver.begin(s.sequence);
        c.timestamps.isAgreed = c.options.timestamps() && s.hasTimestamps;
        if (c.timestamps.isAgreed) c.timestamps.received(now, 0, s.timestamp);
        c.sack = c.options.selectiveAck() && s.maySack;
        c.sender.recovery.setSack(c.sack);
        c.isScaled = s.windowShift >= 0;
        c.sender.setWindowShift(c.isScaled ? s.windowShift : 0);
        c.receiver.setShift(c.isScaled ? c.receiver.wantedShift() : 0);
        c.receiver.offered(c.receiver.synWindow());
        PathMtuChange.set(c, now, c.context.pathMtus.get(now, c.pair.remoteAddress()));
    }

    /// The handshake is done.
    ///
    /// @param position of the segment in the peer's stream
    static void establish(
            ControlBlock c, long now, TcpSegment s, long position, long acknowledged) {
        c.state = c.sender.isFinQueued() ? ConnectionState.FIN_WAIT_1 : ConnectionState.ESTABLISHED;
        c.isSynOwed = false;
        c.sender.unanswered = 0;
        AckHandler.acknowledge(c, now, s, position, acknowledged);
        c.timers.configured(now);
        if (!c.isPassive) c.news(ControlBlock.CONNECTED | ControlBlock.WRITABLE);
    }

    /// RFC 9293 §3.10.7.4.
    private static void others(ControlBlock c, long now, TcpSegment s) {
        Receiver r = c.receiver;
        long position = r.position(s.sequence);
        if (c.state == ConnectionState.SYN_RECEIVED && s.isSyn() && position == 0) {
            if (!s.isAck()) { // it came again, so the answer was lost
                c.sender.ranges.markAllLost();
                c.isSynOwed = true;
                return;
            }
            // Both began at once: the peer's answer to our SYN. Its SYN is known already.
            acknowledgement(c, now, s, 1);
            return;
        }
        boolean isStale =
                c.timestamps.isAgreed
                        && s.hasTimestamps
                        && !s.isReset()
                        && c.timestamps.isOld(now, s.timestamp);
        if (isStale) {
            c.context.counters.count(Counter.TCP_PAWS_REJECTED);
            reportDuplicate(c, position, s);
            c.acknowledgeNow();
            return;
        }
        if (!isAcceptable(r, position, s)) {
            unacceptable(c, now, s, position);
            return;
        }
        if (s.isReset()) {
            reset(c, now, position);
            return;
        }
        if (s.isSyn()) {
            c.challenge(now);
            return;
        }
        c.timers.heard(now);
        if (s.hasTimestamps && c.timestamps.isAgreed) {
            c.timestamps.received(now, position, s.timestamp);
        }
        if (!s.isAck()) return;
        if (!acknowledgement(c, now, s, position)) return;
        congestion(c, s);
        takeData(c, now, s, position);
    }

    /// The acceptability test (RFC 9293 §3.4).
    private static boolean isAcceptable(Receiver r, long position, TcpSegment s) {
        int bytes = s.sequences();
        long nxt = r.nxt(), edge = r.edge();
        if (bytes == 0) return position >= nxt && position <= Math.max(nxt, edge);
        return position < edge && position + bytes > nxt;
    }

    private static void unacceptable(ControlBlock c, long now, TcpSegment s, long position) {
        if (s.isReset()) return;
        c.context.counters.count(Counter.TCP_OUT_OF_WINDOW);
        if (s.isSyn() && c.state.isSynchronized()) {
            c.challenge(now);
            return;
        }
        reportDuplicate(c, position, s);
        c.acknowledgeNow();
        // Against a closed window, data is not taken, but what it acknowledges is.
        boolean isProbe = position == c.receiver.nxt() && s.isAck();
        if (!isProbe) return;
        c.timers.heard(now);
        if (s.isFin() && s.length == 0) takeData(c, now, s, position);
        acknowledgement(c, now, s, position);
    }

    private static void reportDuplicate(ControlBlock c, long position, TcpSegment s) {
        boolean isOld = s.length > 0 && position >= 1 && position + s.length <= c.receiver.nxt();
        if (isOld) c.receiver.receive(s.slab, s.data, position, s.length, false);
    }

    /// RFC 5961 §3.2: only a reset that is exactly next counts.
    private static void reset(ControlBlock c, long now, long position) {
        if (position != c.receiver.nxt()) {
            c.challenge(now);
            return;
        }
        c.context.counters.count(Counter.TCP_RESETS_RECEIVED);
        boolean isRefusal = c.state == ConnectionState.SYN_RECEIVED && !c.isPassive;
        boolean isOver = c.state == ConnectionState.CLOSING || c.state == ConnectionState.LAST_ACK;
        if (isOver && c.sender.isFinAcknowledged()) c.end(Ending.Reason.FINISHED, 0);
        else c.end(isRefusal ? Ending.Reason.REFUSED : Ending.Reason.RESET, 0);
    }

    /// The fifth step: the acknowledgement.
    ///
    /// @return false when nothing more is to be done with the segment
    private static boolean acknowledgement(ControlBlock c, long now, TcpSegment s, long position) {
        Sender sender = c.sender;
        long una = sender.ranges.una(), acknowledged = sender.position(s.acknowledgement);
        if (c.state == ConnectionState.SYN_RECEIVED) {
            if (acknowledged <= una || acknowledged > sender.ranges.nxt()) {
                c.context.stateless.reset(c.pair, s.acknowledgement);
                return false;
            }
            if (!c.completeHandshake()) return false; // try again later
            establish(c, now, s, position, acknowledged);
            return true;
        }
        // RFC 5961 §5.2; and the peer never acknowledged less than the SYN.
        long oldest = Math.max(1, una - sender.maxWindow());
        if (acknowledged > sender.ranges.nxt() || acknowledged < oldest) {
            c.challenge(now);
            return false;
        }
        if (acknowledged >= una) AckHandler.acknowledge(c, now, s, position, acknowledged);
        return !sender.isFinQueued() || finAcknowledged(c, now);
    }

    /// Moves on when the own FIN is acknowledged.
    private static boolean finAcknowledged(ControlBlock c, long now) {
        if (!c.sender.isFinAcknowledged()) return true;
        switch (c.state) {
            case FIN_WAIT_1 -> {
                c.state = ConnectionState.FIN_WAIT_2;
                c.news(ControlBlock.WRITABLE); // everything written is acknowledged
                if (c.isReleased) c.timers.finWait2(now);
            }
            case CLOSING -> {
                timeWait(c, now);
                return false;
            }
            case LAST_ACK -> {
                c.end(Ending.Reason.FINISHED, 0);
                return false;
            }
            default -> {}
        }
        return true;
    }

    private static void timeWait(ControlBlock c, long now) {
        c.state = ConnectionState.TIME_WAIT;
        Receiver r = c.receiver;
        TimeWaitTable.Entry entry =
                new TimeWaitTable.Entry(
                        c.hash(),
                        c.pair,
                        c.sender.sequence(c.sender.ranges.nxt()),
                        r.sequence(r.nxt()),
                        c.timestamps,
                        r.window());
        c.context.timeWaits.add(now, entry);
        c.end(Ending.Reason.FINISHED, 0);
    }

    /// RFC 3168 §6.1.3: CE is echoed until CWR comes.
    private static void congestion(ControlBlock c, TcpSegment s) {
        if (!c.ecn) return;
        if ((s.flags & TransportHeader.CWR) != 0) c.ecnEcho = false;
        if (!s.isCongested || s.length == 0) return;
        c.ecnEcho = true;
        c.acknowledgeNow();
    }

    /// The seventh and eighth step: payload and FIN.
    private static void takeData(ControlBlock c, long now, TcpSegment s, long position) {
        if (s.length == 0 && !s.isFin()) return;
        boolean mayReceive =
                c.state == ConnectionState.ESTABLISHED
                        || c.state == ConnectionState.FIN_WAIT_1
                        || c.state == ConnectionState.FIN_WAIT_2;
        if (!mayReceive) {
            if (s.isFin()) c.acknowledgeNow();
            return;
        }
        Receiver r = c.receiver;
        if (c.isReleased && s.length > 0 && position + s.length > r.nxt()) {
            c.reset(Ending.Reason.RESET); // for a program that is gone (RFC 9293 §3.6.1)
            return;
        }
        long before = r.nxt();
        int result = r.receive(s.slab, s.data, position, s.length, s.isFin());
        c.bytesReceived += Math.max(0, r.nxt() - before);
        if ((result & Receiver.IN_ORDER) != 0) arrived(c, now, s, r.nxt() - before, result);
        else if ((result & Receiver.FIN) == 0) disordered(c, result);
        if ((result & Receiver.FIN) != 0) finReceived(c, now);
    }

    private static void arrived(ControlBlock c, long now, TcpSegment s, long bytes, int result) {
        c.news(ControlBlock.READABLE);
        c.unacknowledged += bytes;
        if (s.hasTimestamps && c.timestamps.isAgreed && s.length >= c.sender.segment()) {
            long age = c.timestamps.age(now, s.timestampEcho);
            if (age >= 0) c.receiver.measured(Math.max(age, TcpTimestamps.MILLISECOND));
        }
        if ((result & Receiver.FILLED_HOLE) != 0 || c.quickAcks > 0) {
            c.quickAcks = Math.max(0, c.quickAcks - 1);
            c.acknowledgeNow();
        } else {
            c.timers.delayAck(now);
        }
    }

    private static void disordered(ControlBlock c, int result) {
        // A peer without SACK counts acknowledgements, so each segment gets one.
        boolean counts = !c.sack && (result & Receiver.OUT_OF_ORDER) != 0;
        c.acksOwed = counts ? c.acksOwed + 1 : Math.max(1, c.acksOwed);
    }

    private static void finReceived(ControlBlock c, long now) {
        c.acknowledgeNow();
        c.news(ControlBlock.READABLE);
        switch (c.state) {
            case ESTABLISHED -> c.state = ConnectionState.CLOSE_WAIT;
            case FIN_WAIT_1 -> c.state = ConnectionState.CLOSING;
            case FIN_WAIT_2 -> timeWait(c, now);
            default -> {}
        }
    }

    /// An ICMP error about a packet of this connection (RFC 5927, RFC 1122 §4.2.3.9).
    static void icmp(ControlBlock c, long now, IcmpError error) {
        long position = c.sender.position(error.sequence);
        if (position < c.sender.ranges.una() || position >= c.sender.ranges.nxt()) {
            c.context.counters.count(Counter.ICMP_ERROR_UNRELATED);
            return;
        }
        if (error.isPacketTooBig()) {
            int mtu = c.context.pathMtus.lower(now, c.pair.remoteAddress(), error.mtu);
            if (mtu < c.pathMtu && c.state.isSynchronized()) PathMtuChange.apply(c, now, mtu);
            return;
        }
        c.lastError = error.number();
        boolean isConnecting =
                c.state == ConnectionState.SYN_SENT
                        || c.state == ConnectionState.SYN_RECEIVED && !c.isPassive;
        if (!isConnecting) return;
        if (error.isRefusal()) c.end(Ending.Reason.REFUSED, 0);
        else if (error.isUnreachable()) c.end(Ending.Reason.UNREACHABLE, error.number());
    }

    private static final int LEAST_SEGMENT = 88;

    private SegmentHandler() {}
}
