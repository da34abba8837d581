package dev.adit.protocol;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.of;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;
import dev.adit.testing.Property;
import dev.adit.testing.Segments;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Batches as every [CryptoProvider] has to seal and open them: as `javax.crypto` does, at any
/// place, and without touching a byte outside the packets.
public abstract class AeadBatchContract {

    /// The provider under test.
    protected abstract CryptoProvider provider();

    @Test
    void sealsBatchesAsTheJdkDoes() {
        Property.check(150, this::sealsAsTheJdkDoes);
    }

    @Test
    void opensWhatItSealedAndRefusesWhatWasForged() {
        Property.check(150, this::opensWhatItSealed);
    }

    /// The counters run from 0 to the last that WireGuard may use.
    @Test
    void sealsTheDataMessagesOfWholeSessions() throws IOException {
        for (JsonNode session : Vectors.json("wireguard/handshake.json").get("vectors")) {
            for (JsonNode data : session.get("data")) {
                String key = session.get(data.get("from").asText() + "_send_key").asText();
                String message = data.get("message").asText();
                MemorySegment plain = of(data.get("plaintext").asText());
                long counter = of(message.substring(16, 32)).get(LE64, 0);
                AeadBatch work = inPlace(plain.byteSize() + 64);
                MemorySegment.copy(plain, 0, work.in, 16, plain.byteSize());
                work.add(16, 16, (int) plain.byteSize(), counter);
                try (Aead aead = provider().aead(of(key))) {
                    aead.seal(work);
                }
                MemorySegment sealed = work.out.asSlice(16, plain.byteSize() + Aead.TAG);
                assertThat(hex(sealed)).isEqualTo(message.substring(32));
            }
        }
    }

    @Test
    void refusesPacketsTooShortForATag() {
        AeadBatch work = inPlace(256);
        for (int length = -1; length < Aead.TAG; length++) work.add(0, 0, length, 0);
        try (Aead aead = provider().aead(of("42".repeat(32)))) {
            aead.open(work);
        }
        for (int i = 0; i < work.count; i++) {
            assertThat(work.length[i]).isEqualTo(AeadBatch.REFUSED);
        }
    }

    @Test
    void doesNothingForAnEmptyBatch() {
        AeadBatch work = inPlace(64);
        try (Aead aead = provider().aead(of("42".repeat(32)))) {
            aead.seal(work);
            aead.open(work);
        }
        assertThat(work.in.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }

    @Test
    void neverReadsOrWritesOutsideTheSegment() {
        try (Aead aead = provider().aead(of("42".repeat(32)))) {
            assertOutOfBounds(work -> aead.seal(work), 0, 0, 49); // the tag does not fit
            assertOutOfBounds(work -> aead.seal(work), 60, 0, 8);
            assertOutOfBounds(work -> aead.seal(work), 0, 60, 8);
            assertOutOfBounds(work -> aead.seal(work), -1, 0, 8);
            assertOutOfBounds(work -> aead.seal(work), 0, -1, 8);
            assertOutOfBounds(work -> aead.seal(work), 0, 0, -1);
            assertOutOfBounds(work -> aead.seal(work), 0, 0, Integer.MAX_VALUE);
            assertOutOfBounds(work -> aead.open(work), 0, 0, 65);
            assertOutOfBounds(work -> aead.open(work), 60, 0, 24);
            assertOutOfBounds(work -> aead.open(work), -1, 0, 24);
            assertOutOfBounds(work -> aead.open(work), 0, 0, Integer.MAX_VALUE);
        }
    }

    private static void assertOutOfBounds(
            Consumer<AeadBatch> operation, int in, int out, int length) {
        AeadBatch work = inPlace(64);
        work.add(in, out, length, 0);
        assertThatThrownBy(() -> operation.accept(work))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private void sealsAsTheJdkDoes(RandomGenerator random) {
        Packets packets = new Packets(random, 0);
        MemorySegment before = Segments.nativeCopy(packets.work.out);
        MemorySegment plain = Segments.nativeCopy(packets.work.in);
        AeadBatch work = packets.work;
        try (Aead aead = provider().aead(MemorySegment.ofArray(packets.key))) {
            aead.seal(work);
        }
        for (int i = 0; i < work.count; i++) {
            byte[] input =
                    plain.asSlice(work.inOffset[i], work.length[i]).toArray(ValueLayout.JAVA_BYTE);
            byte[] expected = jdkSealed(packets.key, work.counter[i], input);
            MemorySegment.copy(
                    expected, 0, before, ValueLayout.JAVA_BYTE, work.outOffset[i], expected.length);
        }
        // All of it: the packets as expected, and every byte between them as it was.
        assertThat(work.out.mismatch(before)).isEqualTo(-1);
    }

    private void opensWhatItSealed(RandomGenerator random) {
        Packets packets = new Packets(random, Aead.TAG);
        AeadBatch work = packets.work;
        boolean[] forged = new boolean[work.count];
        byte[][] plain = new byte[work.count][];
        for (int i = 0; i < work.count; i++) {
            plain[i] = new byte[work.length[i] - Aead.TAG];
            random.nextBytes(plain[i]);
            byte[] sealed = jdkSealed(packets.key, work.counter[i], plain[i]);
            forged[i] = random.nextInt(4) == 0;
            if (forged[i]) sealed[random.nextInt(sealed.length)] ^= (byte) (1 << random.nextInt(8));
            MemorySegment.copy(
                    sealed, 0, work.in, ValueLayout.JAVA_BYTE, work.inOffset[i], sealed.length);
        }
        try (Aead aead = provider().aead(MemorySegment.ofArray(packets.key))) {
            aead.open(work);
        }
        for (int i = 0; i < work.count; i++) {
            assertThat(work.length[i]).isEqualTo(forged[i] ? AeadBatch.REFUSED : plain[i].length);
            if (forged[i]) continue;
            assertThat(
                            work.out
                                    .asSlice(work.outOffset[i], plain[i].length)
                                    .toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(plain[i]);
        }
    }

    private static AeadBatch inPlace(long bytes) {
        AeadBatch work = new AeadBatch(32);
        work.in = work.out = Arena.ofAuto().allocate(bytes);
        return work;
    }

    private static byte[] jdkSealed(byte[] key, long counter, byte[] plain) {
        byte[] nonce =
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0)
                        .putLong(counter)
                        .array();
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "ChaCha20"),
                    new IvParameterSpec(nonce));
            return cipher.doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// A random batch, in place or not, at unaligned offsets with gaps between.
    private static final class Packets {
        final byte[] key = new byte[32];
        final AeadBatch work = new AeadBatch(32);

        Packets(RandomGenerator random, int shortest) {
            random.nextBytes(key);
            boolean inPlace = random.nextBoolean();
            int longest = random.nextInt(10) == 0 ? 65_535 : 1_600;
            int in = random.nextInt(64), out = inPlace ? in : random.nextInt(64);
            int count = random.nextInt(work.length.length + 1);
            for (int i = 0; i < count; i++) {
                int length = random.nextInt(shortest, random.nextBoolean() ? longest : 200);
                long counter = random.nextBoolean() ? i : random.nextLong();
                work.add(in, out, length, counter);
                int gap = length + Aead.TAG + random.nextInt(40);
                in += gap;
                out += inPlace ? gap : length + Aead.TAG + random.nextInt(40);
            }
            work.in = filled(random, in + 64);
            work.out = inPlace ? work.in : filled(random, out + 64);
        }

        private static MemorySegment filled(RandomGenerator random, int bytes) {
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            return Segments.nativeCopy(MemorySegment.ofArray(content));
        }
    }

    private static final ValueLayout.OfLong LE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
}
