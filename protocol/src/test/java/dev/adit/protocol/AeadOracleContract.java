package dev.adit.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// ChaCha20-Poly1305 of a [CryptoProvider] against that of Bouncy Castle: what one seals the other
/// opens, and what one refuses the other refuses.
public abstract class AeadOracleContract {

    /// The provider under test.
    protected abstract CryptoProvider provider();

    /// One message, in whose random input the lengths at the edges of blocks are frequent.
    private record Message(
            byte[] key, long counter, byte[] additional, byte[] plain, byte[] sealed) {

        static Message of(RandomGenerator random) {
            byte[] key = RandomBytes.of(random, 32);
            long counter = randomCounter(random);
            byte[] additional = RandomBytes.of(random, RandomBytes.length(random, 128));
            byte[] plain = RandomBytes.of(random, RandomBytes.length(random));
            byte[] sealed = BouncyCastle.seal(key, nonce(counter), additional, plain);
            return new Message(key, counter, additional, plain, sealed);
        }

        /// The same with one bit flipped: of the ciphertext, the tag or the additional data.
        Message forged(RandomGenerator random) {
            byte[] wrong = sealed.clone(), wrongAdditional = additional.clone();
            byte[] victim =
                    additional.length > 0 && random.nextInt(4) == 0 ? wrongAdditional : wrong;
            int at = random.nextInt(victim.length);
            if (victim == wrong && random.nextBoolean()) at = wrong.length - 1 - random.nextInt(16);
            victim[at] ^= (byte) (1 << random.nextInt(8));
            return new Message(key, counter, wrongAdditional, plain, wrong);
        }
    }

    @Test
    void sealsAndOpensAsBouncyCastleDoes() {
        CryptoProvider provider = provider();
        Property.check(
                10_000,
                random -> {
                    Message message = Message.of(random);
                    try (Aead aead = provider.aead(RandomBytes.segment(random, message.key))) {
                        assertSealed(random, aead, message);
                        assertOpened(random, aead, message);
                        assertRefused(random, aead, message.forged(random));
                        assertRefused(random, aead, truncated(random, message));
                        assertOpened(random, aead, message);
                    }
                });
    }

    @Test
    void sealsAndOpensUnderKeysOfOneUseAsBouncyCastleDoes() {
        CryptoProvider provider = provider();
        Property.check(
                10_000,
                random -> {
                    Message message = Message.of(random);
                    MemorySegment key = RandomBytes.segment(random, message.key);
                    MemorySegment additional = RandomBytes.segment(random, message.additional);
                    MemorySegment plain = RandomBytes.segment(random, message.plain);
                    MemorySegment sealed =
                            RandomBytes.segment(random, new byte[message.sealed.length]);
                    provider.seal(key, message.counter, additional, plain, sealed);
                    assertThat(bytes(sealed)).isEqualTo(message.sealed);
                    plain.fill((byte) 0x55);
                    assertThat(provider.open(key, message.counter, additional, sealed, plain))
                            .isTrue();
                    assertThat(bytes(plain)).isEqualTo(message.plain);
                    Message forged = message.forged(random);
                    assertThat(
                                    provider.open(
                                            key,
                                            forged.counter,
                                            RandomBytes.segment(random, forged.additional),
                                            RandomBytes.segment(random, forged.sealed),
                                            plain))
                            .isFalse();
                    assertThat(bytes(plain)).isEqualTo(new byte[(int) plain.byteSize()]);
                });
    }

    @Test
    void sealsAndOpensBatchesAsBouncyCastleDoes() {
        CryptoProvider provider = provider();
        Property.check(
                10_000,
                random -> {
                    byte[] key = RandomBytes.of(random, 32);
                    try (Arena arena = Arena.ofConfined();
                            Aead aead = provider.aead(RandomBytes.segment(random, key))) {
                        new Batch(random, key, arena).check(random, aead);
                    }
                });
    }

    /// Packets without additional data at random distances in one segment, sealed and opened where
    /// they lie or from one segment to another. In one batch of three all are of one length.
    private static final class Batch {
        private final byte[] key;
        private final AeadBatch work;
        private final byte[][] plain, sealed;

        Batch(RandomGenerator random, byte[] key, Arena arena) {
            this.key = key;
            int packets = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 4);
            int same = random.nextInt(3) == 0 ? RandomBytes.length(random, 1_500) : -1;
            work = new AeadBatch(packets);
            plain = new byte[packets][];
            sealed = new byte[packets][];
            int at = random.nextInt(40);
            for (int i = 0; i < packets; i++) {
                int length = same >= 0 ? same : RandomBytes.length(random, 1_500);
                long counter = randomCounter(random);
                plain[i] = RandomBytes.of(random, length);
                sealed[i] = BouncyCastle.seal(key, nonce(counter), NOTHING, plain[i]);
                work.add(at, at, length, counter);
                at += length + Aead.TAG + random.nextInt(40);
            }
            work.in = work.out = arena.allocate(at);
            if (random.nextBoolean()) work.out = arena.allocate(at);
        }

        void check(RandomGenerator random, Aead aead) {
            for (int i = 0; i < work.count; i++) put(i, plain[i]);
            aead.seal(work);
            for (int i = 0; i < work.count; i++) assertThat(output(i, 16)).isEqualTo(sealed[i]);

            Optional<?>[] expected = new Optional<?>[work.count];
            for (int i = 0; i < work.count; i++) {
                byte[] received = damaged(random, sealed[i]);
                put(i, received);
                work.length[i] = received.length;
                expected[i] = BouncyCastle.open(key, nonce(work.counter[i]), NOTHING, received);
            }
            aead.open(work);
            for (int i = 0; i < work.count; i++) {
                if (expected[i].isEmpty()) {
                    assertThat(work.length[i]).isEqualTo(AeadBatch.REFUSED);
                } else {
                    assertThat(work.length[i]).isEqualTo(plain[i].length);
                    assertThat(output(i, 0)).isEqualTo(expected[i].get());
                }
            }
        }

        /// In one case of four with a bit flipped or the end cut off.
        private static byte[] damaged(RandomGenerator random, byte[] sealed) {
            byte[] received = sealed.clone();
            switch (random.nextInt(8)) {
                case 0 ->
                        received[random.nextInt(received.length)] ^=
                                (byte) (1 << random.nextInt(8));
                case 1 -> received = Arrays.copyOf(sealed, random.nextInt(sealed.length));
                default -> {}
            }
            return received;
        }

        private void put(int i, byte[] bytes) {
            MemorySegment.copy(
                    bytes, 0, work.in, ValueLayout.JAVA_BYTE, work.inOffset[i], bytes.length);
        }

        private byte[] output(int i, int more) {
            return bytes(work.out.asSlice(work.outOffset[i], work.length[i] + more));
        }
    }

    private static void assertSealed(RandomGenerator random, Aead aead, Message message) {
        MemorySegment sealed = RandomBytes.segment(random, new byte[message.sealed.length]);
        aead.seal(
                message.counter,
                RandomBytes.segment(random, message.additional),
                RandomBytes.segment(random, message.plain),
                sealed);
        assertThat(bytes(sealed)).isEqualTo(message.sealed);
    }

    private static void assertOpened(RandomGenerator random, Aead aead, Message message) {
        MemorySegment plain = RandomBytes.segment(random, new byte[message.plain.length]);
        assertThat(
                        aead.open(
                                message.counter,
                                RandomBytes.segment(random, message.additional),
                                RandomBytes.segment(random, message.sealed),
                                plain))
                .isTrue();
        assertThat(bytes(plain)).isEqualTo(message.plain);
    }

    private static void assertRefused(RandomGenerator random, Aead aead, Message forged) {
        assertThat(
                        BouncyCastle.open(
                                forged.key,
                                nonce(forged.counter),
                                forged.additional,
                                forged.sealed))
                .isEmpty();
        int length = Math.max(0, forged.sealed.length - Aead.TAG);
        MemorySegment plain = RandomBytes.segment(random, new byte[length]).fill((byte) 0x55);
        assertThat(
                        aead.open(
                                forged.counter,
                                RandomBytes.segment(random, forged.additional),
                                RandomBytes.segment(random, forged.sealed),
                                plain))
                .isFalse();
        assertThat(bytes(plain)).isEqualTo(new byte[(int) plain.byteSize()]);
    }

    /// Some bytes at the end missing, but not so many that there is no tag.
    private static Message truncated(RandomGenerator random, Message message) {
        int length = message.sealed.length;
        int kept = length == 16 ? 16 : 16 + random.nextInt(length - 16);
        byte[] rest = Arrays.copyOf(message.sealed, kept);
        if (kept == length) rest[random.nextInt(16)] ^= 1;
        return new Message(message.key, message.counter, message.additional, NOTHING, rest);
    }

    private static long randomCounter(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE + random.nextInt(2);
            case 3 -> (1L << 32) - random.nextInt(2);
            default -> random.nextLong();
        };
    }

    /// The nonce of WireGuard (paper §5.4.6): four zeros and the counter, little-endian.
    private static byte[] nonce(long counter) {
        return ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(4, counter).array();
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static final byte[] NOTHING = {};
}
