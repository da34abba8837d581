package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.cookie.CookieChecker;
import dev.adit.protocol.cookie.RateLimiter;
import dev.adit.protocol.keys.PublicKey;

import java.util.random.RandomGenerator;

/// What all that look at handshake messages share (paper §5.3): whether there is a load, how much
/// each address has sent, and what mac1 and mac2 are checked with.
///
/// Thread-safe. Its monitor guards the load and the rates; what takes longer than a look at these
/// is computed without it.
final class HandshakeAdmission {
    final RandomGenerator random;
    private final LoadMonitor load = new LoadMonitor(Tunnel.HANDSHAKE_QUEUE);
    private final RateLimiter rates;
    private volatile CookieChecker checker;

    HandshakeAdmission(RandomGenerator random) {
        this.random = random;
        rates = new RateLimiter(random);
    }

    /// Takes a new public key, or none when it is null.
    synchronized void identity(PublicKey own) {
        CookieChecker old = checker;
        checker = own == null ? null : new CookieChecker(own);
        if (old != null) old.erase();
    }

    /// What checks messages to our public key, or null when there is none.
    CookieChecker checker() {
        return checker;
    }

    /// @param queued how many handshake messages wait
    synchronized boolean underLoad(long now, int queued) {
        return load.underLoad(now, queued);
    }

    synchronized boolean allow(long now, Endpoint from) {
        return rates.allow(now, from);
    }
}
