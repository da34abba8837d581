package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.cookie.CookieChecker;
import dev.adit.protocol.cookie.RateLimiter;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/// The state that admits or refuses handshake messages, shared by all threads that receive them
/// (paper §5.3): the load, each address's rate, and the keys for mac1 and mac2.
///
/// Thread-safe. Its monitor guards the load and the rates; longer computations are done without it.
final class HandshakeAdmission {
    final RandomGenerator random;
    private final LoadMonitor load = new LoadMonitor(Tunnel.HANDSHAKE_QUEUE);
    private final RateLimiter rates;
    private volatile @Nullable CookieChecker checker;

    HandshakeAdmission(RandomGenerator random) {
        this.random = random;
        rates = new RateLimiter(random);
    }

    /// Sets our public key, or removes it when null.
    synchronized void identity(@Nullable PublicKey own) {
        CookieChecker old = checker;
        checker = own == null ? null : new CookieChecker(own);
        if (old != null) old.erase();
    }

    /// The checker of messages to our public key, or null when there is no key.
    @Nullable CookieChecker checker() {
        return checker;
    }

    /// @param queued the number of handshake messages waiting
    synchronized boolean underLoad(long now, int queued) {
        return load.underLoad(now, queued);
    }

    synchronized boolean allow(long now, Endpoint from) {
        return rates.allow(now, from);
    }
}
