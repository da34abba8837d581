package dev.adit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.protocol.AeadBatchContract;
import dev.adit.protocol.crypto.JdkCrypto;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The contract of batches, while a cipher for many packets does what pays: here, runs of two and
/// more.
class AcceleratedAeadTest extends AeadBatchContract {
    private final CryptoProvider base = new JdkCrypto();
    private final OneByOne cipher = new OneByOne(base);
    private final CipherSwitch takeover =
            new CipherSwitch(() -> new TimedWideCipher(cipher, ALWAYS));

    @Override
    protected CryptoProvider provider() {
        return new AcceleratedCrypto(base, takenOver());
    }

    private CipherSwitch takenOver() {
        takeover.begin();
        while (takeover.wide() == null) Thread.onSpinWait();
        return takeover;
    }

    @Test
    void leavesRunsOfOneLengthToTheCipherAndSinglePacketsToTheOther() {
        try (Arena arena = Arena.ofConfined();
                Aead aead = provider().aead(arena.allocate(32))) {
            AeadBatch work = new AeadBatch(32);
            work.in = work.out = arena.allocate(32 * 64);
            int[] lengths = {10, 20, 20, 20, 30, 10, 10};
            for (int i = 0; i < lengths.length; i++) work.add(i * 64, i * 64, lengths[i], i);
            aead.seal(work);
            assertThat(cipher.calls).isEqualTo(2);
            assertThat(work.first).isZero();
            assertThat(work.count).isEqualTo(lengths.length);
        }
    }

    @Test
    void splitsLongRunsAtTheWidth() {
        try (Arena arena = Arena.ofConfined();
                Aead aead = provider().aead(arena.allocate(32))) {
            AeadBatch work = new AeadBatch(32);
            work.in = work.out = arena.allocate(32 * 64);
            for (int i = 0; i < 18; i++) work.add(i * 64, i * 64, 20, i);
            aead.seal(work);
            assertThat(cipher.calls).isEqualTo(3);
        }
    }

    @Test
    void takesOnTheKeyOfAnother() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(32);
            key.fill((byte) 1);
            try (Aead one = provider().aead(arena.allocate(32));
                    Aead other = provider().aead(key)) {
                one.adopt(other);
                assertThat(sealed(arena, one)).isEqualTo(sealed(arena, other));
            }
        }
    }

    private static byte[] sealed(Arena arena, Aead aead) {
        AeadBatch work = new AeadBatch(2);
        work.in = work.out = arena.allocate(128);
        work.add(0, 0, 20, 1);
        work.add(64, 64, 20, 2);
        aead.seal(work);
        return work.out.toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void sealsNothingOnceItIsClosed() {
        try (Arena arena = Arena.ofConfined()) {
            Aead aead = provider().aead(arena.allocate(32));
            aead.close();
            AeadBatch work = new AeadBatch(2);
            work.in = work.out = arena.allocate(128);
            work.add(0, 0, 20, 1);
            work.add(64, 64, 20, 2);
            assertThatThrownBy(() -> aead.seal(work)).isInstanceOf(IllegalStateException.class);
        }
    }

    /// What is sealed in place a second time under the same counter is plain text again.
    @Test
    void touchesNoPacketOnceTheCipherHasFailed() {
        try (Arena arena = Arena.ofConfined();
                Aead aead = provider().aead(arena.allocate(32))) {
            AeadBatch work = new AeadBatch(5);
            work.in = work.out = arena.allocate(5 * 64);
            int[] lengths = {10, 20, 20, 30, 30};
            for (int i = 0; i < lengths.length; i++) work.add(i * 64, i * 64, lengths[i], i);
            byte[] plain = work.out.toArray(ValueLayout.JAVA_BYTE);
            cipher.failure = new OutOfMemoryError("a vector on the heap");

            assertThatThrownBy(() -> aead.seal(work)).isSameAs(cipher.failure);

            byte[] after = work.out.toArray(ValueLayout.JAVA_BYTE);
            for (int i = 1; i < 3; i++) {
                assertThat(Arrays.copyOfRange(after, i * 64, i * 64 + 20))
                        .as("packet %d of the run that failed", i)
                        .isNotEqualTo(Arrays.copyOfRange(plain, i * 64, i * 64 + 20));
            }
            assertThat(Arrays.copyOfRange(after, 3 * 64, 5 * 64)).as("the rest").containsOnly(0);
            assertThat(work.first).isZero();
            assertThat(work.count).isEqualTo(lengths.length);
        }
    }

    private static final Costs ALWAYS =
            new Costs(
                    new Costs.Line(1, 0),
                    new Costs.Line(1, 0),
                    new Costs.Line(1, 0),
                    new Costs.Line(1, 0),
                    new Costs.Line(1, 0));
}
