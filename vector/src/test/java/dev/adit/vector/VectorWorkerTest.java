package dev.adit.vector;

import static dev.adit.vector.AeadCases.bytes;
import static dev.adit.vector.AeadCases.copy;
import static dev.adit.vector.AeadCases.put;
import static dev.adit.vector.AeadCases.sealedByJdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Sealing and opening as the JDK does it, in groups of every size, and nothing else.
class VectorWorkerTest {
    private final VectorWorker worker = AeadCases.worker();
    private final RandomGenerator random = new SplittableRandom(SEED);
    private final MemorySegment key = AeadCases.random(random, 32);

    @ParameterizedTest(name = "packets of {0} bytes")
    @ValueSource(
            ints = {
                0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1408, 1419, 1420, 1421, 1500, 1536,
                1537, 1600, 1601, 3072, 3073, 9000, 65_519
            })
    void sealsAndOpensGroupsOfEverySizeAsTheJdkDoes(int length) {
        for (int count = 1; count <= 16; count++) sealsAndOpensAsTheJdkDoes(count, length);
    }

    @Test
    void sealsAndOpensPacketsOfRandomLengthsAsTheJdkDoes() {
        for (int i = 0; i < 100; i++) {
            sealsAndOpensAsTheJdkDoes(1 + random.nextInt(16), random.nextInt(2_000));
        }
    }

    private void sealsAndOpensAsTheJdkDoes(int count, int length) {
        for (boolean inPlace : new boolean[] {false, true}) {
            key.copyFrom(AeadCases.random(random, 32));
            AeadBatch sealed = AeadCases.batch(random, count, length, inPlace);
            MemorySegment plain = copy(sealed.in), expected = copy(sealed.out);
            for (int i = 0; i < count; i++) {
                byte[] packet = bytes(plain, sealed.inOffset[i], length);
                put(sealedByJdk(key, sealed.counter[i], packet), expected, sealed.outOffset[i]);
            }
            worker.seal(key, sealed, 0, count);
            // All of it: the packets as expected, and every byte between them as it was.
            assertThat(sealed.out.mismatch(expected)).as(name(count, length)).isEqualTo(-1);

            AeadBatch opened = AeadCases.opening(random, sealed, inPlace);
            expected = copy(opened.out);
            for (int i = 0; i < count; i++) {
                byte[] packet = bytes(plain, sealed.inOffset[i], length);
                put(packet, expected, opened.outOffset[i]);
            }
            worker.open(key, opened, 0, count);
            assertThat(opened.out.mismatch(expected)).as(name(count, length)).isEqualTo(-1);
            assertThat(Arrays.copyOf(opened.length, count)).containsOnly(length);
        }
    }

    private static String name(int count, int length) {
        return count + " packets of " + length + " bytes";
    }

    @Test
    void leavesTheOtherPacketsOfABatchAlone() {
        AeadBatch work = AeadCases.batch(random, 20, 100, true);
        MemorySegment before = copy(work.in);
        work.length[2] = 7; // neither has it the same length
        worker.seal(key, work, 3, 14);
        long start = work.inOffset[3], end = work.inOffset[13] + 100 + Aead.TAG;
        long size = before.byteSize();
        assertThat(MemorySegment.mismatch(work.in, 0, start, before, 0, start)).isEqualTo(-1);
        assertThat(MemorySegment.mismatch(work.in, end, size, before, end, size)).isEqualTo(-1);
        for (int i = 3; i < 14; i++) {
            byte[] expected =
                    sealedByJdk(key, work.counter[i], bytes(before, work.inOffset[i], 100));
            assertThat(bytes(work.in, work.inOffset[i], 116)).isEqualTo(expected);
            work.length[i] = 116;
        }
        worker.open(key, work, 3, 14);
        assertThat(work.in.asSlice(0, start).mismatch(before.asSlice(0, start))).isEqualTo(-1);
        assertThat(Arrays.copyOfRange(work.length, 3, 14)).containsOnly(100);
        assertThat(work.length[2]).isEqualTo(7);
        assertThat(work.length[14]).isEqualTo(100);
    }

    @Test
    void doesNothingForNoPackets() {
        AeadBatch work = AeadCases.batch(random, 1, 100, true);
        MemorySegment before = copy(work.in);
        worker.seal(key, work, 1, 1);
        worker.open(key, work, 0, 0);
        assertThat(work.in.mismatch(before)).isEqualTo(-1);
    }

    @Test
    void refusesWhatWasForgedAndOpensTheOthers() {
        for (int length : new int[] {0, 1, 16, 63, 64, 100, 1420}) {
            for (int count : new int[] {1, 5, 8, 9, 16}) {
                int end = length + Aead.TAG;
                refuses(count, length, 0); // the first byte, of the tag if there is no other
                refuses(count, length, Math.max(0, length - 1));
                for (int at = length; at < end; at++) refuses(count, length, at);
                refuses(count, length, -1);
            }
        }
    }

    /// @param at where a bit of one packet is turned, or -1 for its counter
    private void refuses(int count, int length, int at) {
        boolean inPlace = random.nextBoolean();
        AeadBatch sealed = AeadCases.batch(random, count, length, false);
        worker.seal(key, sealed, 0, count);
        AeadBatch opened = AeadCases.opening(random, sealed, inPlace);
        int forged = random.nextInt(count);
        int place = opened.inOffset[forged];
        if (at < 0) {
            opened.counter[forged] ^= 1L << random.nextInt(64);
        } else {
            byte was = opened.in.get(ValueLayout.JAVA_BYTE, place + at);
            byte is = (byte) (was ^ 1 << random.nextInt(8));
            opened.in.set(ValueLayout.JAVA_BYTE, place + at, is);
        }
        byte[] output = bytes(opened.out, place, length);
        worker.open(key, opened, 0, count);
        for (int i = 0; i < count; i++) {
            byte[] is = bytes(opened.out, opened.outOffset[i], length);
            if (i == forged) {
                assertThat(opened.length[i]).isEqualTo(AeadBatch.REFUSED);
                assertThat(is).as("what was there before").isEqualTo(output);
            } else {
                assertThat(opened.length[i]).isEqualTo(length);
                assertThat(is).isEqualTo(bytes(sealed.in, sealed.inOffset[i], length));
            }
        }
    }

    @Test
    void refusesPacketsTooShortForATag() {
        for (int length = -1; length < Aead.TAG; length++) {
            AeadBatch work = new AeadBatch(16);
            work.in = work.out = Arena.ofAuto().allocate(64);
            for (int i = 0; i < 3; i++) work.add(0, 0, length, i);
            worker.open(key, work, 0, 3);
            assertThat(Arrays.copyOf(work.length, 3)).containsOnly(AeadBatch.REFUSED);
        }
    }

    @Test
    void changesNothingWhenAPacketIsOutsideTheSegment() {
        Consumer<AeadBatch> seal = work -> worker.seal(key, work, 0, 3);
        Consumer<AeadBatch> open = work -> worker.open(key, work, 0, 3);
        assertOutOfBounds(seal, 209, 0, 32); // of 240 bytes
        assertOutOfBounds(seal, 0, 193, 32); // the tag does not fit
        assertOutOfBounds(seal, -1, 0, 32);
        assertOutOfBounds(seal, 0, -1, 32);
        assertOutOfBounds(seal, 0, 0, -1);
        assertOutOfBounds(seal, 0, 0, Integer.MAX_VALUE);
        assertOutOfBounds(open, 209, 0, 32);
        assertOutOfBounds(open, 0, 225, 32);
        assertOutOfBounds(open, -1, 0, 32);
        assertOutOfBounds(open, 0, -1, 32);
        assertOutOfBounds(open, 0, 0, Integer.MAX_VALUE);
        assertOutOfBounds(open, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    private void assertOutOfBounds(Consumer<AeadBatch> operation, int in, int out, int length) {
        AeadBatch work = new AeadBatch(16);
        work.in = work.out = AeadCases.random(random, 240);
        work.add(0, 0, length, 0);
        work.add(60, 60, length, 1);
        work.add(in, out, length, 2);
        MemorySegment before = copy(work.in);
        assertThatThrownBy(() -> operation.accept(work))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(work.in.mismatch(before)).isEqualTo(-1);
        assertThat(Arrays.copyOf(work.length, 3)).containsOnly(length);
        assertNoSecrets();
    }

    @Test
    void refusesWorkThatIsNotForIt() {
        AeadBatch many = AeadCases.batch(random, 17, 100, true);
        AeadBatch unequal = AeadCases.batch(random, 2, 100, true);
        unequal.length[1]--;
        AeadBatch heap = AeadCases.batch(random, 2, 100, true);
        heap.in = MemorySegment.ofArray(new byte[(int) heap.in.byteSize()]);
        for (AeadBatch work : new AeadBatch[] {many, unequal, heap}) {
            MemorySegment before = copy(work.out);
            assertThatThrownBy(() -> worker.seal(key, work, 0, work.count))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> worker.open(key, work, 0, work.count))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(work.out.mismatch(before)).isEqualTo(-1);
        }
    }

    /// What remains in the worker's memory is ciphertext.
    @Test
    void keepsNoSecretBetweenCalls() {
        for (int length : new int[] {0, 17, 64, 1420, 1500}) {
            for (int count : new int[] {1, 7, 16}) {
                AeadBatch sealed = AeadCases.batch(random, count, length, false);
                worker.seal(key, sealed, 0, count);
                assertNoSecrets();
                AeadBatch opened = AeadCases.opening(random, sealed, false);
                opened.counter[0] ^= 1;
                worker.open(key, opened, 0, count);
                assertNoSecrets();
            }
        }
    }

    private void assertNoSecrets() {
        assertThat(bytes(worker.scratch.memory, 0, Scratch.SECRETS)).containsOnly(0);
    }

    private static final long SEED = 20;
}
