package dev.adit.protocol.cookie;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.protocol.crypto.Blake2s;
import dev.adit.protocol.crypto.ConstantTime;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.XChaCha20Poly1305;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Message;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/// Checks mac1 and mac2 of incoming handshake messages and makes cookie replies: one for each
/// private key of an interface (paper §5.3).
///
/// mac1 proves that the sender knows our public key, mac2 that it can receive at the address it
/// sends from. The cookie of an address is computed, not kept: nothing here grows with the number
/// of senders.
///
/// Thread-safe. Its monitor guards the secret and is held for one short hash at a time, because
/// under a flood every handshake thread waits for it.
public final class CookieChecker {
    private final MemorySegment mac1Key;
    private final MemorySegment cookieKey;

    // Guarded by this.
    private final SymmetricKey secret = new SymmetricKey();
    private long secretBirth;
    private boolean hasSecret;
    private boolean erased;

    /// A checker for messages to `own`.
    public CookieChecker(PublicKey own) {
        mac1Key = MacKeys.mac1Key(own);
        cookieKey = MacKeys.cookieKey(own);
    }

    /// True when the message at `offset` has a valid mac1 at `mac1Offset` from its start.
    public boolean mac1Valid(MemorySegment slab, long offset, int mac1Offset, MacScratch scratch) {
        return valid(mac1Key, slab, offset, mac1Offset, scratch);
    }

    /// True when the message at `offset` has, at `mac2Offset` from its start, the mac2 that only
    /// the receiver of a cookie at `from` can compute.
    ///
    /// @param now nanoseconds since the device started
    public boolean mac2Valid(
            long now,
            MemorySegment slab,
            long offset,
            int mac2Offset,
            Endpoint from,
            MacScratch scratch) {
        if (!freshCookie(now, from, scratch)) return false;
        boolean valid = valid(scratch.cookie, slab, offset, mac2Offset, scratch);
        scratch.cookie.fill((byte) 0);
        return valid;
    }

    /// Writes the cookie reply to the message with the sender index `sender` and the mac1 at `at`.
    /// Returns false, with nothing written, after [#erase].
    ///
    /// @param now nanoseconds since the device started
    /// @param reply where the 64 bytes go
    /// @param random makes the nonce and, every two minutes, the secret
    public boolean createReply(
            long now,
            int sender,
            MemorySegment slab,
            long at,
            Endpoint from,
            MemorySegment reply,
            RandomGenerator random,
            MacScratch scratch) {
        if (!refreshSecret(now, random) || !freshCookie(now, from, scratch)) return false;
        reply.set(ByteOrders.LE32, Message.TYPE, Message.COOKIE_REPLY);
        reply.set(ByteOrders.LE32, CookieReply.RECEIVER, sender);
        byte[] nonce = new byte[XChaCha20Poly1305.NONCE];
        random.nextBytes(nonce); // one call: each takes a lock and a hash
        MemorySegment.copy(nonce, 0, reply, ByteOrders.U8, CookieReply.NONCE, nonce.length);
        // msg.cookie := Xaead(Hash(Label-Cookie ‖ S_m_pub), msg.nonce, τ, M), M the last mac1
        XChaCha20Poly1305.seal(
                CryptoProviders.provider(),
                cookieKey,
                reply.asSlice(CookieReply.NONCE, XChaCha20Poly1305.NONCE),
                slab.asSlice(at, MacKeys.LENGTH),
                scratch.cookie,
                reply.asSlice(CookieReply.COOKIE, CookieReply.LENGTH - CookieReply.COOKIE));
        scratch.cookie.fill((byte) 0);
        return true;
    }

    /// Erases the secret for good: no mac2 is valid any more.
    public synchronized void erase() {
        erased = true;
        hasSecret = false;
        secret.erase();
    }

    private static boolean valid(
            MemorySegment key, MemorySegment slab, long offset, int macOffset, MacScratch scratch) {
        Blake2s.mac(key, slab, offset, macOffset, scratch.mac, 0, scratch.state);
        return ConstantTime.equal(scratch.mac, 0, slab, offset + macOffset, MacKeys.LENGTH);
    }

    private synchronized boolean refreshSecret(long now, RandomGenerator random) {
        if (erased) return false;
        if (isFresh(now)) return true;
        fill(secret.reveal(), 0, SymmetricKey.LENGTH, random);
        secretBirth = now;
        hasSecret = true;
        return true;
    }

    /// Computes the cookie of `from` in `scratch`; false when there is no secret or it is too old.
    private boolean freshCookie(long now, Endpoint from, MacScratch scratch) {
        int bytes = writeSource(from, scratch.source);
        // τ := Mac(R_m, A_m'), A the sender's address and port
        synchronized (this) {
            if (!isFresh(now)) return false;
            Blake2s.mac(
                    secret.reveal(), scratch.source, 0, bytes, scratch.cookie, 0, scratch.state);
        }
        return true;
    }

    private boolean isFresh(long now) {
        return hasSecret && now - secretBirth < SECRET_MAX_AGE;
    }

    private static int writeSource(Endpoint from, MemorySegment source) {
        IpAddress address = from.address();
        source.set(ByteOrders.BE16, 0, (short) from.port());
        if (!address.v6()) {
            source.set(ByteOrders.BE32, 2, (int) (address.high() >>> 32));
            return 6;
        }
        source.set(ByteOrders.BE64, 2, address.high());
        source.set(ByteOrders.BE64, 10, address.low());
        return 18;
    }

    private static void fill(MemorySegment target, long at, int bytes, RandomGenerator random) {
        for (int i = 0; i < bytes; i += 8) target.set(ByteOrders.LE64, at + i, random.nextLong());
    }

    private static final long SECRET_MAX_AGE = 120_000_000_000L; // ns
}
