package dev.adit.stack.tcp;

import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.ControlQueue;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.ip.PacketScratch;
import dev.adit.stack.ip.RateLimit;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import java.lang.foreign.MemorySegment;

/// Sends segments outside any connection: resets, answers from TIME-WAIT, SYN cookies. Resets for
/// segments of no connection are at most 1,000 a second.
///
/// Thread-safe; before [ControlQueue] in the order of locks.
final class StatelessOutput {
    private final ControlQueue queue;
    private final Counters counters;
    private final RateLimit resets = new RateLimit(1000);
    private final PacketScratch scratch = new PacketScratch(); // guarded by this

    StatelessOutput(ControlQueue queue, Counters counters) {
        this.queue = queue;
        this.counters = counters;
    }

    /// A reset from a connection.
    void reset(FourTuple pair, int sequence, Receiver receiver) {
        int flags = TransportHeader.RST | TransportHeader.ACK;
        counters.count(Counter.TCP_RESETS_SENT);
        send(pair, sequence, receiver.sequence(receiver.nxt()), flags, 0);
    }

    /// A reset with the sequence number that a wrong acknowledgement asked for.
    void reset(FourTuple pair, int sequence) {
        counters.count(Counter.TCP_RESETS_SENT);
        send(pair, sequence, 0, TransportHeader.RST, 0);
    }

    /// Answers a segment for which there is no connection (RFC 9293 §3.10.7.1).
    void refuse(long now, FourTuple pair, TcpSegment s) {
        if (s.isReset()) return;
        if (!resets.allows(now)) {
            counters.count(Counter.RATE_LIMITED);
            return;
        }
        counters.count(Counter.TCP_RESETS_SENT);
        if (s.isAck()) send(pair, s.acknowledgement, 0, TransportHeader.RST, 0);
        else
            send(pair, 0, s.sequence + s.sequences(), TransportHeader.RST | TransportHeader.ACK, 0);
    }

    /// Acknowledges what came to a connection in TIME-WAIT again.
    synchronized void acknowledge(long now, FourTuple pair, TimeWaitTable.Entry entry) {
        MemorySegment out = scratch.memory();
        int ip = IpWriter.headerLength(pair.isV6());
        TcpTimestamps stamps = entry.timestamps;
        int bytes = TransportHeader.TCP_HEADER + (stamps == null ? 0 : TcpWriter.TIMESTAMPS);
        TcpWriter.header(
                out,
                ip,
                pair,
                entry.sndNxt,
                entry.rcvNxt,
                bytes,
                TransportHeader.ACK,
                entry.window);
        if (stamps != null) {
            TcpWriter.timestamps(
                    out, ip + TransportHeader.TCP_HEADER, stamps.value(now), stamps.recent());
        }
        finish(out, pair, bytes);
    }

    /// A SYN with ACK that nothing is kept for.
    ///
    /// @param stamp the timestamp that carries options, if `echo` is used
    synchronized void synAck(
            FourTuple pair,
            int sequence,
            TcpSegment s,
            int maxSegment,
            int window,
            boolean sack,
            boolean timestamps,
            int stamp,
            int shift) {
        MemorySegment out = scratch.memory();
        int ip = IpWriter.headerLength(pair.isV6());
        int bytes = TransportHeader.TCP_HEADER + TcpWriter.synOptionBytes(sack, timestamps, shift);
        int flags = TransportHeader.SYN | TransportHeader.ACK;
        TcpWriter.header(out, ip, pair, sequence, s.sequence + 1, bytes, flags, window);
        TcpWriter.synOptions(
                out,
                ip + TransportHeader.TCP_HEADER,
                maxSegment,
                sack,
                timestamps,
                stamp,
                s.timestamp,
                shift);
        finish(out, pair, bytes);
    }

    private synchronized void send(
            FourTuple pair, int sequence, int acknowledgement, int flags, int window) {
        MemorySegment out = scratch.memory();
        int ip = IpWriter.headerLength(pair.isV6());
        int bytes = TransportHeader.TCP_HEADER;
        TcpWriter.header(out, ip, pair, sequence, acknowledgement, bytes, flags, window);
        finish(out, pair, bytes);
    }

    private void finish(MemorySegment out, FourTuple pair, int tcp) {
        TcpWriter.finish(out, 0, pair, tcp);
        counters.count(Counter.TCP_SEGMENTS_SENT);
        queue.add(out, 0, IpWriter.headerLength(pair.isV6()) + tcp);
    }
}
