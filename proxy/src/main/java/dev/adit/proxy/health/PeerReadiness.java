package dev.adit.proxy.health;

import dev.adit.device.config.PeerStatus;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds the peers that should have a session and have none: those with a persistent keepalive, and
/// those with traffic within the last 180 seconds. Thread-safe.
///
/// Traffic is seen by counters that have changed from one look to the next, so it has to be asked
/// from time to time.
final class PeerReadiness {
    private final Map<PublicKey, Traffic> traffic = new HashMap<>(); // guarded by this

    /// @param bytes in both directions
    /// @param changed when they were found to have changed
    private record Traffic(long bytes, Instant changed) {}

    /// The peers that are not ready, in the order of `peers`, which are all there are.
    synchronized List<PeerStatus> notReady(List<PeerStatus> peers, Instant now) {
        Map<PublicKey, Traffic> before = Map.copyOf(traffic);
        traffic.clear();
        List<PeerStatus> found = new ArrayList<>();
        for (PeerStatus peer : peers) {
            boolean isUsed = isUsed(before.get(peer.publicKey()), peer, now);
            boolean isWanted = peer.persistentKeepalive() > 0 || isUsed;
            if (isWanted && !hasSession(peer, now)) found.add(peer);
        }
        return found;
    }

    private boolean isUsed(@Nullable Traffic known, PeerStatus peer, Instant now) {
        long bytes = peer.receivedBytes() + peer.sentBytes();
        boolean isChanged = known == null ? bytes > 0 : bytes != known.bytes;
        Instant changed = isChanged ? now : known == null ? Instant.EPOCH : known.changed;
        traffic.put(peer.publicKey(), new Traffic(bytes, changed));
        return isRecent(changed, now);
    }

    /// True while the peer's session can carry packets.
    static boolean hasSession(PeerStatus peer, Instant now) {
        return isRecent(peer.lastHandshake(), now);
    }

    private static boolean isRecent(Instant time, Instant now) {
        return Duration.between(time, now).compareTo(REJECT_AFTER_TIME) < 0;
    }

    private static final Duration REJECT_AFTER_TIME = Duration.ofSeconds(180);
}
