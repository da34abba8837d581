package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.SplittableRandom;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Checks that a [WideCipher] gives the same results as the JDK's ChaCha20-Poly1305. Stateless.
final class SelfTest {
    /// Returns when all results agree, with full and partly used lanes, at lengths around those of
    /// blocks, and when modified packets are refused.
    ///
    /// @throws IllegalStateException when a result differs
    static void check(WideCipher cipher) throws GeneralSecurityException {
        try (Arena arena = Arena.ofConfined()) {
            Subject subject = new Subject(cipher, arena);
            for (int bytes : LENGTHS) {
                subject.check(cipher.width(), bytes);
                subject.check(1 + bytes % cipher.width(), bytes);
            }
        }
    }

    /// Packets under a key, and the memory they are in.
    private static final class Subject {
        private final WideCipher.Worker worker;
        private final MemorySegment key;
        private final MemorySegment plain;
        private final MemorySegment sealed;
        private final AeadBatch work;
        private final SplittableRandom random = new SplittableRandom(1);

        Subject(WideCipher cipher, Arena arena) {
            worker = cipher.worker();
            key = arena.allocate(KEY_LENGTH, Long.BYTES);
            plain = arena.allocate((long) cipher.width() * STRIDE, Long.BYTES);
            sealed = arena.allocate((long) cipher.width() * STRIDE, Long.BYTES);
            work = new AeadBatch(cipher.width());
        }

        void check(int packets, int bytes) throws GeneralSecurityException {
            randomize(key);
            randomize(plain);
            work.in = plain;
            work.out = sealed;
            work.count = 0;
            for (int i = 0; i < packets; i++) {
                work.add(i * STRIDE, i * STRIDE, bytes, random.nextLong());
            }
            worker.seal(key, work, 0, packets);
            for (int i = 0; i < packets; i++) {
                require(at(sealed, i, bytes + Aead.TAG).mismatch(expected(i, bytes)) == -1);
            }
            checkOpen(packets, bytes);
        }

        /// Changes a bit of one packet, which must be the only one refused then.
        private void checkOpen(int packets, int bytes) {
            MemorySegment before = MemorySegment.ofArray(plain.toArray(ValueLayout.JAVA_BYTE));
            int forged = random.nextInt(packets);
            long where = (long) forged * STRIDE + random.nextInt(bytes + Aead.TAG);
            byte was = sealed.get(ValueLayout.JAVA_BYTE, where);
            sealed.set(ValueLayout.JAVA_BYTE, where, (byte) (was ^ 1 << random.nextInt(8)));
            work.in = sealed;
            work.out = plain;
            plain.fill((byte) 0);
            for (int i = 0; i < packets; i++) work.length[i] = bytes + Aead.TAG;
            worker.open(key, work, 0, packets);
            for (int i = 0; i < packets; i++) {
                if (i == forged) {
                    require(work.length[i] == AeadBatch.REFUSED);
                } else {
                    require(work.length[i] == bytes);
                    require(at(plain, i, bytes).mismatch(at(before, i, bytes)) == -1);
                }
            }
        }

        private MemorySegment expected(int i, int bytes) throws GeneralSecurityException {
            ByteBuffer nonce = ByteBuffer.allocate(NONCE_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            nonce.putLong(NONCE_LENGTH - Long.BYTES, work.counter[i]);
            Cipher jdk = Cipher.getInstance("ChaCha20-Poly1305");
            jdk.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key.toArray(ValueLayout.JAVA_BYTE), "ChaCha20"),
                    new IvParameterSpec(nonce.array()));
            byte[] text = at(plain, i, bytes).toArray(ValueLayout.JAVA_BYTE);
            return MemorySegment.ofArray(jdk.doFinal(text));
        }

        private static MemorySegment at(MemorySegment memory, int i, int bytes) {
            return memory.asSlice((long) i * STRIDE, bytes);
        }

        private void randomize(MemorySegment memory) {
            for (long i = 0; i < memory.byteSize(); i += Long.BYTES) {
                memory.set(ValueLayout.JAVA_LONG, i, random.nextLong());
            }
        }

        private static void require(boolean right) {
            if (!right) throw new IllegalStateException("a wrong answer in the self-test");
        }
    }

    private static final int[] LENGTHS = {0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 1000, 1420, 1500};
    private static final int STRIDE = 1536;
    private static final int KEY_LENGTH = 32;
    private static final int NONCE_LENGTH = 12;

    private SelfTest() {}
}
