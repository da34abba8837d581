package dev.adit.protocol.tunnel;

import dev.adit.protocol.address.Endpoint;
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
/// Thread-safe. Its monitor guards the load and the rates, which all handshake workers share; what
/// takes longer than a look at these is computed without it.
final class Gate {
    private final RandomGenerator random;
    private final LoadMonitor load = new LoadMonitor(Tunnel.HANDSHAKE_QUEUE);
    private final RateLimiter rates;
    private volatile CookieChecker checker;

    Gate(RandomGenerator random) {
        this.random = random;
        rates = new RateLimiter(random);
    }

    /// Takes a new public key, or none when it is null.
    synchronized void identity(PublicKey own) {
        CookieChecker old = checker;
        checker = own == null ? null : new CookieChecker(own);
        if (old != null) old.erase();
    }

    /// Why `message`, an initiation or a response, is not let in; null when it is.
    ///
    /// @param queued how many handshake messages wait behind it
    DropReason check(long now, Datagram message, int queued) {
        boolean underLoad = underLoad(now, queued);
        CookieChecker own = checker;
        if (own == null) return DropReason.NO_PRIVATE_KEY;
        int mac1 = mac1(message);
        if (!own.mac1Valid(message.bytes(), 0, mac1)) return DropReason.INVALID_MAC;
        if (!underLoad) return null;
        if (!provesAddress(own, now, message, mac1 + MAC)) return DropReason.COOKIE_DEMANDED;
        return allow(now, message.from()) ? null : DropReason.RATE_LIMITED;
    }

    private static boolean provesAddress(CookieChecker own, long now, Datagram message, int mac2) {
        return Message.claimsCookie(message.bytes(), 0, message.type())
                && own.mac2Valid(now, message.bytes(), 0, mac2, message.from());
    }

    private synchronized boolean underLoad(long now, int queued) {
        return load.underLoad(now, queued);
    }

    private synchronized boolean allow(long now, Endpoint from) {
        return rates.allow(now, from);
    }

    /// Writes the cookie reply to `message` to the start of `reply`. False, with nothing written,
    /// when the private key has just gone.
    boolean demandCookie(long now, Datagram message, MemorySegment reply) {
        CookieChecker own = checker;
        if (own == null) return false;
        int sender = message.bytes().get(Bytes.LE32, Initiation.SENDER); // in a response too
        return own.createReply(
                now, message.bytes(), 0, mac1(message), sender, message.from(), reply, random);
    }

    private static int mac1(Datagram message) {
        return message.type() == Message.INITIATION ? Initiation.MAC1 : Response.MAC1;
    }

    private static final int MAC = 16;
}
