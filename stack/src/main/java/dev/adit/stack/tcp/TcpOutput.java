package dev.adit.stack.tcp;

import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.recovery.SentRanges;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.stats.Counter;

import java.lang.foreign.MemorySegment;

/// Decides what a connection sends next and writes it: SYNs, retransmissions, probes, new data as
/// super-packets, acknowledgements (RFC 9293 §3.8). Stateless; the connection's monitor is held.
final class TcpOutput {
    /// Sends what is due, of data at most one super-packet.
    ///
    /// @return true when more may be sent now
    static boolean transmit(ControlBlock c, long now, PacketWriter out) {
        if (c.state == ConnectionState.CLOSED) return false;
        if (out.room() < LEAST_ROOM) return c.isSynOwed || c.acksOwed > 0 || hasData(c, now);
        if (!c.state.isSynchronized() && c.isSynOwed) {
            syn(c, now, out);
            return false;
        }
        if (c.isLive() && c.state.isSynchronized()) data(c, now, out);
        while ((c.acksOwed > 0 || c.isProbeOwed) && out.room() >= LEAST_ROOM) {
            acknowledge(c, now, out);
        }
        return c.isLive() && hasData(c, now) || c.acksOwed > 0;
    }

    /// True when data, a FIN or a probe may be sent now; else sees to it that something wakes the
    /// sender.
    static boolean hasData(ControlBlock c, long now) {
        if (!c.state.isSynchronized()) return false;
        Sender s = c.sender;
        if (s.isProbeDue || s.isPersistDue || mayRetransmit(s)) return true;
        if (plan(c) >= 0) return true;
        if (s.unsent() > 0 && s.ranges.count() == 0) s.persist(now);
        return false;
    }

    private static boolean mayRetransmit(Sender s) {
        if (s.ranges.lostBytes() == 0) return false;
        long inFlight = s.recovery.inFlight();
        return inFlight <= 0 || s.congestion.window() - inFlight >= s.segment();
    }

    /// How much new payload may go now; 0 when only the FIN, -1 when nothing may.
    private static int plan(ControlBlock c) {
        Sender s = c.sender;
        if (s.unsent() == 0 || s.ranges.isFull()) return -1;
        long nxt = s.ranges.nxt(), data = s.end() - nxt, window = s.edge() - nxt;
        if (data <= 0) return window >= 1 ? 0 : -1;
        int segment = s.segment();
        long n = Math.min(data, s.burst());
        long inFlight = s.recovery.inFlight(), room = s.congestion.window() - inFlight;
        if (room < n) {
            s.limited();
            if (room < segment && inFlight > 0) return -1;
            n = Math.min(n, Math.max(segment, room / segment * segment));
        }
        n = Math.min(n, window);
        if (n <= 0) return -1;
        long whole = n / segment * segment;
        if (n == data && (whole == n || mayGoShort(c))) return (int) n;
        if (whole > 0) return (int) whole;
        return n < data && n >= s.maxWindow() / 2 ? (int) n : -1;
    }

    /// Nagle: the last piece waits for an acknowledgement (RFC 9293 §3.7.4).
    private static boolean mayGoShort(ControlBlock c) {
        return c.options.noDelay() || c.sender.isFinQueued() || c.sender.ranges.count() == 0;
    }

    private static boolean data(ControlBlock c, long now, PacketWriter out) {
        Sender s = c.sender;
        if (s.isProbeDue) {
            s.isProbeDue = false;
            return lossProbe(c, now, out);
        }
        if (s.isPersistDue) {
            s.isPersistDue = false;
            return persistProbe(c, now, out);
        }
        if (mayRetransmit(s)) {
            if (!s.recovery.prefersNewData()) return retransmitLost(c, now, out);
            if (plan(c) < 0) {
                s.recovery.noNewData();
                return retransmitLost(c, now, out);
            }
        }
        PathMtuChange.refresh(c, now);
        s.beforeSending(now);
        int n = plan(c);
        return n >= 0 && sendNew(c, now, out, n);
    }

    private static boolean sendNew(ControlBlock c, long now, PacketWriter out, int wanted) {
        Sender s = c.sender;
        int n = fit(c, out, wanted);
        if (n < 0) return true;
        long nxt = s.ranges.nxt();
        boolean isLast = nxt + n == s.end();
        boolean fin = isLast && s.isFinQueued() && s.edge() - nxt > n;
        int flags = TransportHeader.ACK | (isLast && n > 0 ? TransportHeader.PSH : 0);
        if (fin) flags |= TransportHeader.FIN;
        if (s.ranges.count() == 0) c.timers.progress(now);
        write(c, now, out, nxt, n, flags, n > 0);
        int segments = Math.max(1, Math.ceilDiv(n, s.segment()));
        s.sent(now, n + (fin ? 1 : 0), segments);
        s.recovery.sent(n, false, 0);
        c.bytesSent += n;
        return true;
    }

    /// As much of `n` bytes as fits into the batch, whole segments if not all; -1 for nothing.
    private static int fit(ControlBlock c, PacketWriter out, int n) {
        int room = out.room() - headers(c);
        if (n <= room) return n;
        int whole = room / c.sender.segment() * c.sender.segment();
        return whole > 0 ? whole : -1;
    }

    private static int headers(ControlBlock c) {
        return IpWriter.headerLength(c.pair.isV6())
                + TransportHeader.TCP_HEADER
                + (c.timestamps.isAgreed ? TcpWriter.TIMESTAMPS : 0);
    }

    private static boolean retransmitLost(ControlBlock c, long now, PacketWriter out) {
        Sender s = c.sender;
        int i = s.ranges.firstLost();
        if (i < 0) return false;
        long room = Math.max(s.segment(), s.congestion.window() - s.recovery.inFlight());
        return retransmit(c, now, out, i, room);
    }

    private static boolean retransmit(
            ControlBlock c, long now, PacketWriter out, int i, long limit) {
        Sender s = c.sender;
        SentRanges ranges = s.ranges;
        long start = ranges.start(i);
        int data = (int) Math.max(0, Math.min(ranges.end(i), s.end()) - start);
        int n = (int) Math.min(data, Math.min(limit, s.burst()));
        if (n < data) n = Math.max(s.segment(), n / s.segment() * s.segment());
        n = fit(c, out, Math.min(n, data));
        if (n < 0) return true;
        boolean fin = n == data && ranges.end(i) > s.end();
        long bytes = n + (fin ? 1 : 0);
        ranges.retransmitted(now, i, bytes);
        int flags = TransportHeader.ACK | (fin ? TransportHeader.FIN : 0);
        if (start + n == s.end() && n > 0) flags |= TransportHeader.PSH;
        write(c, now, out, start, n, flags, false);
        s.sentAgain(now, start == ranges.una());
        s.recovery.sent(bytes, true, c.timestamps.value(now));
        int segments = Math.max(1, Math.ceilDiv(n, s.segment()));
        c.retransmissions += segments;
        c.context.counters.add(Counter.TCP_RETRANSMISSIONS, segments);
        return true;
    }

    /// RFC 8985 §7.3: new data if there is some, else the last segment again.
    private static boolean lossProbe(ControlBlock c, long now, PacketWriter out) {
        Sender s = c.sender;
        if (!s.recovery.mayProbe()) return false;
        long nxt = s.ranges.nxt();
        long unsent = Math.min(s.end() - nxt, s.segment());
        boolean isNew = unsent > 0 && s.edge() - nxt >= unsent && !s.ranges.isFull();
        if (isNew) sendNew(c, now, out, (int) unsent);
        else retransmit(c, now, out, s.ranges.splitLast(s.segment()), s.segment());
        s.recovery.probed(!isNew);
        s.probeAt = Scheduler.NEVER;
        s.timeoutAt = now + s.rtt.timeout();
        return true;
    }

    /// RFC 9293 §3.8.6.1: what little the window takes, or an empty segment that has to be
    /// answered.
    private static boolean persistProbe(ControlBlock c, long now, PacketWriter out) {
        Sender s = c.sender;
        if (s.unsent() == 0 || s.ranges.count() > 0) return false;
        long window = s.edge() - s.ranges.nxt(), data = s.end() - s.ranges.nxt();
        if (window > 0 && data > 0) {
            return sendNew(c, now, out, (int) Math.min(Math.min(window, data), s.segment()));
        }
        c.isProbeOwed = true;
        return true;
    }

    /// Writes a segment with payload or FIN, which acknowledges as well.
    private static void write(
            ControlBlock c,
            long now,
            PacketWriter out,
            long position,
            int bytes,
            int flags,
            boolean isNew) {
        int tcp = headers(c) - IpWriter.headerLength(c.pair.isV6());
        int allFlags = flags | (c.ecnEcho ? TransportHeader.ECE : 0);
        if (isNew && c.isCwrOwed) {
            allFlags |= TransportHeader.CWR;
            c.isCwrOwed = false;
        }
        long at = header(c, now, out, c.sender.sequence(position), tcp, allFlags);
        if (bytes > 0) c.sender.read(position, out.memory(), at, bytes);
        finish(c, out, tcp + bytes, c.ecn && isNew ? ECT0 : 0);
        // SACK blocks go with an acknowledgement of their own.
        if (!c.receiver.isOutOfOrder() && !c.receiver.hasDuplicate()) c.acksOwed = 0;
    }

    private static void acknowledge(ControlBlock c, long now, PacketWriter out) {
        int ip = IpWriter.headerLength(c.pair.isV6());
        int plain = headers(c) - ip;
        long sequence = c.sender.ranges.nxt();
        if (c.isProbeOwed) sequence = c.sender.ranges.una() - 1;
        boolean hasSacks = c.sack && (c.receiver.isOutOfOrder() || c.receiver.hasDuplicate());
        int sacks = 0;
        if (hasSacks) {
            sacks =
                    SackWriter.write(
                            c.receiver,
                            out.memory(),
                            out.at() + ip + plain,
                            c.timestamps.isAgreed ? 3 : 4);
        }
        int flags = TransportHeader.ACK | (c.ecnEcho ? TransportHeader.ECE : 0);
        header(c, now, out, c.sender.sequence(sequence), plain + sacks, flags);
        finish(c, out, plain + sacks, 0);
        c.isProbeOwed = false;
        c.acksOwed = Math.max(0, c.acksOwed - 1);
    }

    /// Writes a TCP header with timestamps behind the place of the IP header.
    ///
    /// @return where it ends, but for SACK blocks
    private static long header(
            ControlBlock c, long now, PacketWriter out, int sequence, int bytes, int flags) {
        MemorySegment memory = out.memory();
        long at = out.at() + IpWriter.headerLength(c.pair.isV6());
        int ack = c.receiver.sequence(c.receiver.nxt());
        TcpWriter.header(memory, at, c.pair, sequence, ack, bytes, flags, c.receiver.window());
        c.timestamps.acknowledged(c.receiver.nxt());
        c.timers.ackSent();
        c.unacknowledged = 0;
        long options = at + TransportHeader.TCP_HEADER;
        if (!c.timestamps.isAgreed) return options;
        return TcpWriter.timestamps(
                memory, options, c.timestamps.value(now), c.timestamps.recent());
    }

    private static void finish(ControlBlock c, PacketWriter out, int tcp, int ecn) {
        boolean v6 = c.pair.isV6();
        int trafficClass = c.options.trafficClass() | ecn;
        int segment = Math.max(1, c.sender.segment());
        IpWriter.write(
                out.memory(),
                out.at(),
                c.pair.localAddress(),
                c.pair.remoteAddress(),
                IpPacket.TCP,
                tcp,
                trafficClass,
                v6 ? c.flowLabel : c.ipId,
                IpWriter.DONT_FRAGMENT);
        int segments = Math.max(1, Math.ceilDiv(tcp, segment));
        c.ipId += segments;
        c.context.counters.add(Counter.TCP_SEGMENTS_SENT, segments);
        out.add(IpWriter.headerLength(v6) + tcp, segment, trafficClass);
    }

    /// A SYN, or in answer to one a SYN with ACK.
    private static void syn(ControlBlock c, long now, PacketWriter out) {
        boolean isAnswer = c.state == ConnectionState.SYN_RECEIVED;
        MemorySegment memory = out.memory();
        int ip = IpWriter.headerLength(c.pair.isV6());
        boolean sack = isAnswer ? c.sack : c.options.selectiveAck();
        boolean stamps = isAnswer ? c.timestamps.isAgreed : c.options.timestamps();
        int shift = isAnswer && !c.isScaled ? -1 : c.receiver.wantedShift();
        int bytes = TransportHeader.TCP_HEADER + TcpWriter.synOptionBytes(sack, stamps, shift);
        int flags = TransportHeader.SYN | (isAnswer ? TransportHeader.ACK : 0);
        if (isAnswer && c.ecn) flags |= TransportHeader.ECE;
        if (!isAnswer && c.options.requestEcn()) flags |= TransportHeader.ECE | TransportHeader.CWR;
        TcpWriter.header(
                memory,
                out.at() + ip,
                c.pair,
                c.sender.sequence(0),
                isAnswer ? c.receiver.sequence(1) : 0,
                bytes,
                flags,
                c.receiver.synWindow());
        TcpWriter.synOptions(
                memory,
                out.at() + ip + TransportHeader.TCP_HEADER,
                c.context.offeredSegment(c.pair.isV6()),
                sack,
                stamps,
                c.timestamps.value(now),
                isAnswer ? c.timestamps.recent() : 0,
                shift);
        finish(c, out, bytes, 0);
        c.isSynOwed = false;
        c.timestamps.acknowledged(1);
        c.timers.ackSent();
        if (c.sender.ranges.nxt() == 0) {
            c.timers.progress(now);
            c.sender.sent(now, 1, 1);
        } else if (c.sender.ranges.count() > 0) {
            c.sender.ranges.retransmitted(now, 0, 1);
            c.sender.sentAgain(now, false);
            c.context.counters.count(Counter.TCP_RETRANSMISSIONS);
        }
    }

    private static final int ECT0 = 2;
    private static final int LEAST_ROOM = 2048;

    private TcpOutput() {}
}
