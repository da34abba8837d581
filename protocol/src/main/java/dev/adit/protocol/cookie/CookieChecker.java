package dev.adit.protocol.cookie;

import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.address.IpAddress;
import dev.adit.protocol.crypto.Blake2s;
import dev.adit.protocol.crypto.ConstantTime;
import dev.adit.protocol.crypto.Crypto;
import dev.adit.protocol.crypto.SecretSlots;
import dev.adit.protocol.crypto.XChaCha20Poly1305;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.protocol.wire.Bytes;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Message;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/// The side that asks for cookies: one for each private key of an interface (paper §5.3).
///
/// mac1 proves that the sender knows our public key, mac2 that it can receive at the address it
/// sends from. The cookie of an address is computed, not kept: nothing here grows with the number
/// of senders. Not thread-safe: guarded by the lock of whoever consumes handshake messages.
public final class CookieChecker {
    private final MemorySegment mac1Key;
    private final MemorySegment cookieKey;
    private final SymmetricKey secret = new SymmetricKey();
    private long secretBirth;
    private boolean hasSecret;

    private final MemorySegment expected = MemorySegment.ofArray(new byte[Macs.LENGTH]);
    private final MemorySegment cookie = SecretSlots.of(this).asSlice(0, Macs.LENGTH);
    private final MemorySegment source = MemorySegment.ofArray(new byte[MAX_SOURCE]);

    /// A checker of messages to `own`.
    public CookieChecker(PublicKey own) {
        mac1Key = Macs.mac1Key(own);
        cookieKey = Macs.cookieKey(own);
    }

    /// True when the message at `offset` has the right mac1 at `mac1Offset` of itself.
    public boolean mac1Valid(MemorySegment slab, long offset, int mac1Offset) {
        return valid(mac1Key, slab, offset, mac1Offset);
    }

    /// True when the message at `offset` has the mac2 at `mac2Offset` of itself that only the
    /// receiver of a cookie at `from` can know.
    ///
    /// @param now nanoseconds since the device started
    public boolean mac2Valid(
            long now, MemorySegment slab, long offset, int mac2Offset, Endpoint from) {
        if (!hasSecret || now - secretBirth >= SECRET_MAX_AGE) return false;
        computeCookie(from);
        return valid(cookie, slab, offset, mac2Offset);
    }

    /// Writes the cookie reply to the message at `offset`, whose mac1 is at `mac1Offset` of itself.
    ///
    /// @param now nanoseconds since the device started
    /// @param sender the sender index of that message
    /// @param reply where the 64 bytes go
    /// @param random makes the nonce and, every two minutes, the secret
    public void createReply(
            long now,
            MemorySegment slab,
            long offset,
            int mac1Offset,
            int sender,
            Endpoint from,
            MemorySegment reply,
            RandomGenerator random) {
        refreshSecret(now, random);
        computeCookie(from);
        reply.set(Bytes.LE32, Message.TYPE, Message.COOKIE_REPLY);
        reply.set(Bytes.LE32, CookieReply.RECEIVER, sender);
        fill(reply, CookieReply.NONCE, XChaCha20Poly1305.NONCE, random);
        // msg.cookie := Xaead(Hash(Label-Cookie ‖ S_m_pub), msg.nonce, τ, M), M the last mac1
        XChaCha20Poly1305.seal(
                Crypto.provider(),
                cookieKey,
                reply.asSlice(CookieReply.NONCE, XChaCha20Poly1305.NONCE),
                slab.asSlice(offset + mac1Offset, Macs.LENGTH),
                cookie,
                reply.asSlice(CookieReply.COOKIE, CookieReply.LENGTH - CookieReply.COOKIE));
    }

    /// Forgets the secret: no mac2 is valid until the next reply.
    public void erase() {
        hasSecret = false;
        secret.erase();
        cookie.fill((byte) 0);
    }

    private boolean valid(MemorySegment key, MemorySegment slab, long offset, int macOffset) {
        Blake2s.mac(key, slab, offset, macOffset, expected, 0);
        return ConstantTime.equal(expected, 0, slab, offset + macOffset, Macs.LENGTH);
    }

    private void refreshSecret(long now, RandomGenerator random) {
        if (hasSecret && now - secretBirth < SECRET_MAX_AGE) return;
        fill(secret.reveal(), 0, SymmetricKey.LENGTH, random);
        secretBirth = now;
        hasSecret = true;
    }

    /// τ := Mac(R_m, A_m'), A the sender's address and port
    private void computeCookie(Endpoint from) {
        IpAddress address = from.address();
        int length = 2;
        source.set(Bytes.BE16, 0, (short) from.port());
        if (address.v6()) {
            source.set(Bytes.BE64, 2, address.high());
            source.set(Bytes.BE64, 10, address.low());
            length += 16;
        } else {
            source.set(Bytes.BE32, 2, (int) (address.high() >>> 32));
            length += 4;
        }
        Blake2s.mac(secret.reveal(), source, 0, length, cookie, 0);
    }

    private static void fill(MemorySegment target, long at, int bytes, RandomGenerator random) {
        for (int i = 0; i < bytes; i += 8) target.set(Bytes.LE64, at + i, random.nextLong());
    }

    private static final long SECRET_MAX_AGE = 120_000_000_000L; // ns
    private static final int MAX_SOURCE = 18;
}
