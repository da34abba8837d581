package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.PaperConstants.SECOND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.crypto.SlotContents;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Scenario;
import dev.adit.protocol.sim.SimTunnel;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is left of a session in the memory for secrets, where the keys are as well that the ciphers
/// use here.
class ErasureTest {
    // Seeds that no other test has: the same one makes the same keys, which may still lie there.
    private static int seed = 7_000_000;

    private final Scenario s = new Scenario(++seed);
    private final Set<ByteBuffer> before = afterAnotherSession();

    @Test
    void sessionKeysAreErasedAfterNineMinutesOfSilence() {
        Set<ByteBuffer> secrets = handshake();
        s.network.run(PaperConstants.ERASE_AFTER - 20 * SECOND);
        assertThat(left(secrets)).hasSizeGreaterThanOrEqualTo(2);
        s.network.run(40 * SECOND);
        assertThat(left(secrets)).isEmpty();
        assertThat(SlotContents.now()).isSubsetOf(before);
    }

    @Test
    void sessionKeysAreErasedWhenTheInterfacesGoDown() {
        Set<ByteBuffer> secrets = handshake();
        s.alice.down();
        s.bob.down();
        assertThat(left(secrets)).isEmpty();
    }

    @Test
    void aHandshakeLeavesTheSessionKeysAlone() {
        // Each of them lies at both ends.
        assertThat(handshake()).hasSize(2);
    }

    @Test
    void aHandshakeThatNobodyAnswersIsErasedAfterNineMinutes() {
        s.bob.down();
        s.alice.send(s.bob);
        s.network.run(SECOND);
        assertThat(fresh()).isNotEmpty();
        s.network.run(120 * SECOND + PaperConstants.ERASE_AFTER);
        assertThat(fresh()).isEmpty();
    }

    /// What is there between two sessions: that of the first handshake, what the static keys make
    /// together, stays for all others.
    private Set<ByteBuffer> afterAnotherSession() {
        s.established();
        for (SimTunnel tunnel : List.of(s.alice, s.bob)) {
            tunnel.down();
            tunnel.up();
        }
        s.network.run(20 * SECOND);
        return SlotContents.now();
    }

    /// The secrets that have appeared with a session.
    private Set<ByteBuffer> handshake() {
        s.established();
        Set<ByteBuffer> secrets = fresh();
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(2);
        return secrets;
    }

    private Set<ByteBuffer> fresh() {
        Set<ByteBuffer> fresh = SlotContents.now();
        fresh.removeAll(before);
        return fresh;
    }

    private static Set<ByteBuffer> left(Set<ByteBuffer> secrets) {
        Set<ByteBuffer> left = new HashSet<>(secrets);
        left.retainAll(SlotContents.now());
        return left;
    }
}
