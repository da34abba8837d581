package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Batches by the JDK's cipher, and nothing else.
final class JdkProvider implements CryptoProvider {
    @Override
    public String name() {
        return "JDK";
    }

    @Override
    public Aead aead(MemorySegment key) {
        return new JdkBatches(key.toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
        throw new UnsupportedOperationException();
    }

    private static final class JdkBatches implements Aead {
        private byte[] key;

        JdkBatches(byte[] key) {
            this.key = key;
        }

        @Override
        public void seal(AeadBatch work) {
            for (int i = work.first; i < work.count; i++) {
                byte[] sealed = crypt(Cipher.ENCRYPT_MODE, work, i);
                MemorySegment.copy(
                        sealed,
                        0,
                        work.out,
                        ValueLayout.JAVA_BYTE,
                        work.outOffset[i],
                        sealed.length);
            }
        }

        @Override
        public void open(AeadBatch work) {
            for (int i = work.first; i < work.count; i++) {
                byte[] plain = work.length[i] < TAG ? null : crypt(Cipher.DECRYPT_MODE, work, i);
                work.length[i] = plain == null ? AeadBatch.REFUSED : plain.length;
                if (plain == null) continue;
                MemorySegment.copy(
                        plain, 0, work.out, ValueLayout.JAVA_BYTE, work.outOffset[i], plain.length);
            }
        }

        /// Null when the tag is wrong.
        private byte[] crypt(int mode, AeadBatch work, int i) {
            if (key == null) throw new IllegalStateException("closed");
            ByteBuffer nonce = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            nonce.putLong(4, work.counter[i]);
            MemorySegment text = work.in.asSlice(work.inOffset[i], work.length[i]);
            try {
                Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
                cipher.init(
                        mode,
                        new SecretKeySpec(key, "ChaCha20"),
                        new IvParameterSpec(nonce.array()));
                return cipher.doFinal(text.toArray(ValueLayout.JAVA_BYTE));
            } catch (AEADBadTagException e) {
                return null;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void seal(
                long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean open(
                long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void adopt(Aead other) {
            key = ((JdkBatches) other).key.clone();
        }

        @Override
        public void close() {
            key = null;
        }
    }
}
