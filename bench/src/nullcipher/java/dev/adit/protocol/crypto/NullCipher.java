package dev.adit.protocol.crypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Real handshakes, and transport data in the clear with a tag of zeros that nobody checks. For
/// measurements only. Stateless.
final class NullCipher implements CryptoProvider {
    private final CryptoProvider real = new JdkCrypto();

    @Override
    public String name() {
        return "NO ENCRYPTION";
    }

    @Override
    public Aead aead(MemorySegment key) {
        return new Copy(real.aead(key));
    }

    @Override
    public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        return real.x25519(scalar, point, shared);
    }

    @Override
    public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
        real.x25519Public(scalar, publicKey);
    }

    private static final class Copy implements Aead {
        private final Aead real;

        Copy(Aead real) {
            this.real = real;
        }

        @Override
        public void seal(AeadBatch work) {
            for (int i = work.first; i < work.count; i++) {
                int bytes = work.length[i], to = work.outOffset[i];
                copy(work, i, bytes);
                work.out.set(LONG, to + bytes, 0);
                work.out.set(LONG, to + bytes + 8, 0);
            }
        }

        @Override
        public void open(AeadBatch work) {
            for (int i = work.first; i < work.count; i++) {
                int bytes = work.length[i] - TAG;
                if (bytes > 0) copy(work, i, bytes);
                work.length[i] = Math.max(bytes, AeadBatch.REFUSED);
            }
        }

        private static void copy(AeadBatch work, int i, int bytes) {
            int from = work.inOffset[i], to = work.outOffset[i];
            if (work.in == work.out && from == to) return;
            MemorySegment.copy(work.in, from, work.out, to, bytes);
        }

        @Override
        public void seal(
                long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed) {
            real.seal(counter, additional, plain, sealed);
        }

        @Override
        public boolean open(
                long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain) {
            return real.open(counter, additional, sealed, plain);
        }

        @Override
        public void adopt(Aead other) {
            real.adopt(((Copy) other).real);
        }

        @Override
        public void close() {
            real.close();
        }

        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    }
}
