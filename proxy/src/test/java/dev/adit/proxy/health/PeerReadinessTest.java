package dev.adit.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.PeerStatus;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/// Which peers should have a session and have none.
class PeerReadinessTest {
    private static final Instant START = Instant.ofEpochSecond(1_000_000);
    private static final PublicKey KEY = PrivateKey.generate(new SecureRandom()).publicKey();
    private final PeerReadiness readiness = new PeerReadiness();

    private static PeerStatus peer(int keepalive, Instant handshake, long bytes) {
        return new PeerStatus(KEY, false, null, handshake, bytes, 0, keepalive, List.of());
    }

    private boolean isReady(PeerStatus peer, long seconds) {
        return readiness.notReady(List.of(peer), START.plusSeconds(seconds)).isEmpty();
    }

    @Test
    void aPeerWithKeepaliveNeedsASessionYoungerThan180Seconds() {
        assertThat(isReady(peer(25, Instant.EPOCH, 0), 0)).isFalse();
        assertThat(isReady(peer(25, START, 0), 179)).isTrue();
        assertThat(isReady(peer(25, START, 0), 180)).isFalse();
    }

    @Test
    void aPeerThatIsNotUsedNeedsNone() {
        assertThat(isReady(peer(0, Instant.EPOCH, 0), 0)).isTrue();
        assertThat(isReady(peer(0, START, 100), 10)).isTrue();
        assertThat(isReady(peer(0, START, 100), 1000)).isTrue();
    }

    @Test
    void aPeerNeedsOneFor180SecondsAfterItsLastTraffic() {
        assertThat(isReady(peer(0, START, 100), 170)).isTrue();
        assertThat(isReady(peer(0, START, 200), 190)).isFalse();
        assertThat(isReady(peer(0, START, 200), 369)).isFalse();
        assertThat(isReady(peer(0, START, 200), 370)).isTrue();
    }

    @Test
    void aPeerIsReadyAgainWithANewSession() {
        assertThat(isReady(peer(25, START, 100), 200)).isFalse();
        assertThat(isReady(peer(25, START.plusSeconds(201), 300), 202)).isTrue();
    }
}
