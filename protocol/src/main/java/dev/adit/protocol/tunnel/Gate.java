package dev.adit.protocol.tunnel;

import dev.adit.protocol.cookie.CookieChecker;
import dev.adit.protocol.cookie.RateLimiter;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.verdict.DropReason;
import dev.adit.protocol.wire.Bytes;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.Response;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/// Who may have a handshake computed at all (paper §5.3): whoever knows our public key, and under
/// load only whoever proves its address and keeps to a rate.
///
/// Guarded by its own monitor: the cookie secret and the rates are shared by all handshake workers.
final class Gate {
    private final RandomGenerator random;
    private final LoadMonitor load = new LoadMonitor(Tunnel.HANDSHAKE_QUEUE);
    private final RateLimiter rates;
    private CookieChecker checker;

    Gate(RandomGenerator random) {
        this.random = random;
        rates = new RateLimiter(random);
    }

    /// Takes a new public key, or none when it is null.
    synchronized void identity(PublicKey own) {
        if (checker != null) checker.erase();
        checker = own == null ? null : new CookieChecker(own);
    }

    /// Why `message`, an initiation or a response, is not let in; null when it is.
    ///
    /// @param queued how many handshake messages wait behind it
    synchronized DropReason check(long now, Datagram message, int queued) {
        boolean underLoad = load.underLoad(now, queued);
        if (checker == null) return DropReason.NO_PRIVATE_KEY;
        int mac1 = mac1(message);
        if (!checker.mac1Valid(message.bytes(), 0, mac1)) return DropReason.INVALID_MAC;
        if (!underLoad) return null;
        int mac2 = mac1 + MAC;
        if (!checker.mac2Valid(now, message.bytes(), 0, mac2, message.from())) {
            return DropReason.COOKIE_DEMANDED;
        }
        return rates.allow(now, message.from()) ? null : DropReason.RATE_LIMITED;
    }

    /// Writes the cookie reply to `message` to the start of `reply`.
    synchronized void demandCookie(long now, Datagram message, MemorySegment reply) {
        int sender = message.bytes().get(Bytes.LE32, Initiation.SENDER); // in a response too
        checker.createReply(
                now, message.bytes(), 0, mac1(message), sender, message.from(), reply, random);
    }

    private static int mac1(Datagram message) {
        return message.type() == Message.INITIATION ? Initiation.MAC1 : Response.MAC1;
    }

    private static final int MAC = 16;
}
