package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.protocol.cookie.CookieChecker;
import dev.adit.protocol.cookie.MacScratch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.Response;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// Decides which handshake messages and cookie replies may be queued for the costly computations
/// (paper §5.3): those whose sender knows our public key, and under load only those whose sender
/// proves its address and keeps to a rate.
///
/// It needs only a few short hashes, so it is meant for the receiving thread: messages that do not
/// pass take no place in a queue. Confined to one thread. Allocates nothing except the address for
/// a cookie reply. Use: [#refusal], then [#isUnderLoad]; under load [#provesAddress], and then
/// [#keepsToRate] or [#writeCookieReply].
public final class HandshakeFilter {
    private final Tunnel tunnel;
    private final HandshakeAdmission admission;
    private final MacScratch scratch = new MacScratch();

    HandshakeFilter(Tunnel tunnel, HandshakeAdmission admission) {
        this.tunnel = tunnel;
        this.admission = admission;
    }

    /// The reason why the message of this type at `at` is useless; null when it may be of use: its
    /// mac1 is valid, and if it is an answer, a handshake waits for it.
    public @Nullable DropReason refusal(int type, MemorySegment slab, long at) {
        if (type == Message.COOKIE_REPLY) {
            int index = slab.get(ByteOrders.LE32, at + CookieReply.RECEIVER);
            return tunnel.receiver(index) == null ? DropReason.UNKNOWN_INDEX : null;
        }
        CookieChecker own = admission.checker();
        if (own == null) return DropReason.NO_PRIVATE_KEY;
        if (!own.mac1Valid(slab, at, mac1(type), scratch)) return DropReason.INVALID_MAC;
        if (type == Message.INITIATION) return null;
        IndexEntry waiting = tunnel.receiver(slab.get(ByteOrders.LE32, at + Response.RECEIVER));
        boolean awaited = waiting != null && waiting.session() == null;
        return awaited ? null : DropReason.UNKNOWN_INDEX;
    }

    /// True when messages of this type need a valid mac2. Has to be called once for each message
    /// that was not refused.
    ///
    /// @param queued the number of messages waiting: an eighth of [Tunnel#HANDSHAKE_QUEUE] is a
    ///   load
    public boolean isUnderLoad(long now, int type, int queued) {
        return type != Message.COOKIE_REPLY && admission.underLoad(now, queued);
    }

    /// True when the initiation or response at `at` has a valid mac2, which needs a cookie that was
    /// sent to its sender's address.
    public boolean provesAddress(long now, int type, MemorySegment slab, long at, Endpoint from) {
        CookieChecker own = admission.checker();
        return own != null
                && Message.claimsCookie(slab, at, type)
                && own.mac2Valid(now, slab, at, mac1(type) + MAC, from, scratch);
    }

    /// False when too many messages came from this address, which the sender has proved to own.
    public boolean keepsToRate(long now, Endpoint from) {
        return admission.allow(now, from);
    }

    /// Writes the cookie reply to a message to the start of `reply`. Returns false, with nothing
    /// written, when the private key has just been removed.
    ///
    /// @param sender the message's sender index
    /// @param at the offset of its mac1 in `slab`
    public boolean writeCookieReply(
            long now, int sender, MemorySegment slab, long at, Endpoint from, MemorySegment reply) {
        CookieChecker own = admission.checker();
        return own != null
                && own.createReply(now, sender, slab, at, from, reply, admission.random, scratch);
    }

    /// The offset of mac1 in an initiation or a response.
    public static int mac1(int type) {
        return type == Message.INITIATION ? Initiation.MAC1 : Response.MAC1;
    }

    /// Bytes of mac1, and of mac2.
    public static final int MAC = 16;
}
