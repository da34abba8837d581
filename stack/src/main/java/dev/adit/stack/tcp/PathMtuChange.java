package dev.adit.stack.tcp;

import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.ip.PathMtus;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.stats.Counter;

/// Applies a new path MTU to a connection: sets the size of its segments (RFC 6691), and sends
/// again those that have become too large. Stateless.
final class PathMtuChange {
    /// The path takes packets of `mtu` bytes now.
    static void apply(ControlBlock c, long now, int mtu) {
        int before = c.sender.segment();
        set(c, now, mtu);
        if (c.sender.segment() >= before) return;
        c.context.counters.count(Counter.TCP_PATH_MTU_CHANGES);
        c.sender.recovery.resend();
    }

    /// Sets the MTU and with it the size of full segments.
    static void set(ControlBlock c, long now, int mtu) {
        c.pathMtu = mtu;
        c.pathMtuUntil = mtu < c.context.mtu ? now + PathMtus.LIFETIME : Scheduler.NEVER;
        int headers = IpWriter.headerLength(c.pair.isV6()) + TransportHeader.TCP_HEADER;
        int segment = Math.min(mtu - headers, c.peerSegment);
        if (c.timestamps.isAgreed) segment -= TcpWriter.TIMESTAMPS;
        c.sender.setSegment(Math.max(segment, LEAST_SEGMENT));
    }

    /// Tries the larger MTU again once the smaller one is old.
    static void refresh(ControlBlock c, long now) {
        if (now < c.pathMtuUntil) return;
        set(c, now, c.context.pathMtus.get(now, c.pair.remoteAddress()));
    }

    private static final int LEAST_SEGMENT = 48; // of a peer that offers the floor of 88, and less

    private PathMtuChange() {}
}
