package dev.adit.device.pipeline.send;

import dev.adit.ip.header.IcmpUnreachable;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Answers packets that cannot be routed with an ICMP error, so that their sender need not wait for
/// a timeout. Confined to the thread that reads the TUN.
///
/// The error comes from this host where the platform can send it so, as with the kernel's
/// WireGuard. Elsewhere it goes through the TUN, with the destination as its source.
///
/// A token bucket bounds the errors, as RFC 4443 §2.4 (f) demands: a thousand a second for all
/// queues of the TUN together, bursts of fifty for each.
public final class IcmpReplies implements AutoCloseable {
    private final Tun tun;
    private final PacketBatch error =
            new PacketBatch(1, PacketBatch.HEADROOM + IcmpUnreachable.MAX_LENGTH);
    private final long interval;
    private long paidUntil;

    /// @param queues the number of queues
    public IcmpReplies(Tun tun, int queues) {
        this.tun = tun;
        interval = queues * INTERVAL;
        paidUntil = -BURST * interval;
    }

    void refuse(long now, MemorySegment slab, int offset, int length) {
        if (paidUntil > now) return;
        int at = PacketBatch.HEADROOM;
        int bytes = IcmpUnreachable.write(slab, offset, length, error.memory(), at);
        if (bytes == 0) return;
        paidUntil = Math.max(paidUntil, now - BURST * interval) + interval;
        error.clear();
        error.add(at, bytes);
        if (tun.sendIcmpError(error, 0)) return;
        try {
            tun.write(error, 0, 1);
        } catch (IOException gone) {
            return; // the reader's next read fails too
        }
    }

    @Override
    public void close() {
        error.close();
    }

    private static final long INTERVAL = 1_000_000L; // nanoseconds
    private static final long BURST = 50;
}
