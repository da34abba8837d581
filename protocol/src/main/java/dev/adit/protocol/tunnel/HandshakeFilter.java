package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.bytes.Bytes;
import dev.adit.protocol.cookie.CookieChecker;
import dev.adit.protocol.cookie.MacScratch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.Response;

import java.lang.foreign.MemorySegment;

/// Says which handshake messages and cookie replies may be queued, and a handshake computed for
/// them (paper §5.3): those whose sender knows our public key, and under load only those whose
/// sender proves its address and keeps to a rate.
///
/// All it takes is a few short hashes, so it is for the thread that receives: what does not pass
/// takes nobody's place in a queue. Confined to one thread. Allocates nothing but for the address
/// of a cookie reply's nonce. Use: [#refusal], then [#isUnderLoad]; under load [#provesAddress],
/// and then [#keepsToRate] or [#writeCookieReply].
public final class HandshakeFilter {
    private final Tunnel tunnel;
    private final HandshakeAdmission admission;
    private final MacScratch scratch = new MacScratch();

    HandshakeFilter(Tunnel tunnel, HandshakeAdmission admission) {
        this.tunnel = tunnel;
        this.admission = admission;
    }

    /// Why the message of this type at `at` is of no use to anybody; null when it may be: its mac1
    /// is right, and if it is an answer, something waits for it.
    public DropReason refusal(int type, MemorySegment slab, long at) {
        if (type == Message.COOKIE_REPLY) {
            int index = slab.get(Bytes.LE32, at + CookieReply.RECEIVER);
            return tunnel.receiver(index) == null ? DropReason.UNKNOWN_INDEX : null;
        }
        CookieChecker own = admission.checker();
        if (own == null) return DropReason.NO_PRIVATE_KEY;
        if (!own.mac1Valid(slab, at, mac1(type), scratch)) return DropReason.INVALID_MAC;
        if (type == Message.INITIATION) return null;
        IndexEntry waiting = tunnel.receiver(slab.get(Bytes.LE32, at + Response.RECEIVER));
        boolean awaited = waiting != null && waiting.session() == null;
        return awaited ? null : DropReason.UNKNOWN_INDEX;
    }

    /// True when messages of this type have to be paid for with a cookie. To be asked once for each
    /// message that was not refused.
    ///
    /// @param queued how many messages wait: an eighth of [QuickTunnel#HANDSHAKE_QUEUE] is a load
    public boolean isUnderLoad(long now, int type, int queued) {
        return type != Message.COOKIE_REPLY && admission.underLoad(now, queued);
    }

    /// True when the initiation or response at `at` has the mac2 that only its sender's address can
    /// have been sent a cookie for.
    public boolean provesAddress(long now, int type, MemorySegment slab, long at, Endpoint from) {
        CookieChecker own = admission.checker();
        return own != null
                && Message.claimsCookie(slab, at, type)
                && own.mac2Valid(now, slab, at, mac1(type) + MAC, from, scratch);
    }

    /// False when there were too many messages from this address, which has proved to be the
    /// sender's.
    public boolean keepsToRate(long now, Endpoint from) {
        return admission.allow(now, from);
    }

    /// Writes the cookie reply to a message to the start of `reply`. False, with nothing written,
    /// when the private key has just gone.
    ///
    /// @param sender the message's sender index
    /// @param at where its mac1 is in `slab`
    public boolean writeCookieReply(
            long now, int sender, MemorySegment slab, long at, Endpoint from, MemorySegment reply) {
        CookieChecker own = admission.checker();
        return own != null
                && own.createReply(now, sender, slab, at, from, reply, admission.random, scratch);
    }

    /// Where mac1 is in an initiation or a response.
    public static int mac1(int type) {
        return type == Message.INITIATION ? Initiation.MAC1 : Response.MAC1;
    }

    /// Bytes of mac1 and of mac2.
    public static final int MAC = 16;
}
