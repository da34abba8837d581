package dev.adit.vector;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import jdk.incubator.vector.IntVector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keys, batches and memory for the tests, and what the JDK makes of them.
final class AeadCases {

    /// A worker, or the end of the test where there can be none.
    static VectorWorker worker() {
        int bits = IntVector.SPECIES_PREFERRED.vectorBitSize();
        assumeTrue(bits == 512, "vectors have " + bits + " bits here, not 512");
        return (VectorWorker) new Avx512Cipher().worker();
    }

    static MemorySegment random(RandomGenerator random, int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        return copy(MemorySegment.ofArray(content));
    }

    static MemorySegment copy(MemorySegment segment) {
        return Arena.ofAuto().allocate(segment.byteSize()).copyFrom(segment);
    }

    static byte[] bytes(MemorySegment segment, long at, int length) {
        return segment.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    static void put(byte[] from, MemorySegment to, long at) {
        MemorySegment.copy(from, 0, to, ValueLayout.JAVA_BYTE, at, from.length);
    }

    /// `count` packets of `length` bytes with random content and counters, at unaligned offsets
    /// with gaps between. The last one ends where the segment does.
    static AeadBatch batch(RandomGenerator random, int count, int length, boolean inPlace) {
        AeadBatch work = new AeadBatch(count + 4);
        int in = random.nextInt(64), out = inPlace ? in : random.nextInt(64);
        for (int i = 0; i < count; i++) {
            work.add(in, out, length, random.nextBoolean() ? i : random.nextLong());
            int gap = random.nextInt(40);
            boolean last = i == count - 1;
            in += length + (last && !inPlace ? 0 : Aead.TAG) + (last ? 0 : gap);
            out += length + Aead.TAG + (last ? 0 : inPlace ? gap : random.nextInt(40));
        }
        work.in = random(random, in);
        work.out = inPlace ? work.in : random(random, out);
        return work;
    }

    /// Where the packets of a sealed batch are to be opened: in its output, or between noise.
    static AeadBatch opening(RandomGenerator random, AeadBatch sealed, boolean inPlace) {
        AeadBatch work = new AeadBatch(sealed.length.length);
        work.in = sealed.out;
        work.out = inPlace ? sealed.out : random(random, (int) sealed.out.byteSize());
        for (int i = 0; i < sealed.count; i++) {
            int at = sealed.outOffset[i];
            work.add(at, at, sealed.length[i] + Aead.TAG, sealed.counter[i]);
        }
        return work;
    }

    /// What the JDK makes of a packet.
    static byte[] sealedByJdk(MemorySegment key, long counter, byte[] plain) {
        ByteBuffer nonce = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        nonce.putInt(0).putLong(counter);
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key.toArray(ValueLayout.JAVA_BYTE), "ChaCha20"),
                    new IvParameterSpec(nonce.array()));
            return cipher.doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private AeadCases() {}
}
