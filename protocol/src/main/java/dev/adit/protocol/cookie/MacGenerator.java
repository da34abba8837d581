package dev.adit.protocol.cookie;

import dev.adit.protocol.crypto.Blake2s;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.SecretSlots;
import dev.adit.protocol.crypto.XChaCha20Poly1305;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.wire.CookieReply;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Stamps outgoing handshake messages with mac1 and mac2 and keeps the cookie that a peer sent: one
/// for each peer (paper §5.3 and §5.4.4).
///
/// Not thread-safe: guarded by the peer's lock.
public final class MacGenerator {
    private final PublicKey remote;
    private @Nullable MemorySegment mac1Key; // null before the first message
    private @Nullable MemorySegment cookie; // null until there was one, which is rare
    private final MemorySegment lastMac1 = MemorySegment.ofArray(new byte[MacKeys.LENGTH]);
    private long cookieBirth;
    private boolean hasCookie;
    private boolean awaitsReply;

    /// A maker of MACs for messages to `remote`.
    public MacGenerator(PublicKey remote) {
        this.remote = remote;
    }

    /// Completes the handshake message at `offset`: writes mac1 at `mac1Offset` of it and mac2
    /// behind that, zeros when there is no fresh cookie.
    ///
    /// @param now nanoseconds since the device started
    public void stamp(long now, MemorySegment slab, long offset, int mac1Offset) {
        long mac1 = offset + mac1Offset;
        long mac2 = mac1 + MacKeys.LENGTH;
        if (mac1Key == null) mac1Key = MacKeys.mac1Key(remote);
        // msg.mac1 := Mac(Hash(Label-Mac1 ‖ S_m'_pub), msg_α)
        Blake2s.mac(mac1Key, slab, offset, mac1Offset, slab, mac1);
        MemorySegment.copy(slab, mac1, lastMac1, 0, MacKeys.LENGTH);
        awaitsReply = true;
        if (hasCookie && now - cookieBirth >= COOKIE_MAX_AGE) erase();
        // msg.mac2 := Mac(L_m, msg_β), or zeros when L_m is empty or too old
        if (cookie != null && hasCookie) {
            Blake2s.mac(cookie, slab, offset, mac1Offset + MacKeys.LENGTH, slab, mac2);
        } else slab.asSlice(mac2, MacKeys.LENGTH).fill((byte) 0);
    }

    /// Takes the cookie out of the reply at `offset`, for the messages to come. Returns false, with
    /// nothing changed, when the reply is not authentic, does not answer the last message sent, or
    /// answers one that was answered before.
    ///
    /// @param now nanoseconds since the device started
    public boolean consumeReply(long now, MemorySegment slab, long offset) {
        if (!awaitsReply) return false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = arena.allocate(MacKeys.LENGTH);
            boolean authentic =
                    XChaCha20Poly1305.open(
                            CryptoProviders.provider(),
                            MacKeys.cookieKey(remote),
                            slab.asSlice(offset + CookieReply.NONCE, XChaCha20Poly1305.NONCE),
                            lastMac1,
                            slab.asSlice(
                                    offset + CookieReply.COOKIE,
                                    CookieReply.LENGTH - CookieReply.COOKIE),
                            opened);
            if (!authentic) return false;
            if (cookie == null) cookie = SecretSlots.of(this).asSlice(0, MacKeys.LENGTH);
            cookie.copyFrom(opened);
            opened.fill((byte) 0);
        }
        cookieBirth = now;
        hasCookie = true;
        awaitsReply = false;
        return true;
    }

    /// Erases the cookie.
    public void erase() {
        hasCookie = false;
        if (cookie != null) cookie.fill((byte) 0);
    }

    // Five seconds less than the other side keeps its secret, to allow for the reply's way here.
    private static final long COOKIE_MAX_AGE = 115_000_000_000L; // ns
}
