package dev.adit.libcrypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.opentest4j.TestAbortedException;

import java.lang.foreign.MemorySegment;

/// The libcrypto of the machine that the tests run on.
final class TestLibCrypto {

    /// The provider. Skips the test that asks where the machine has no libcrypto of version 3.
    static LibCrypto present() {
        try {
            return new LibCrypto();
        } catch (LinkageError e) {
            Throwable root = e;
            while (root.getCause() != null) root = root.getCause();
            boolean absent = String.valueOf(root.getMessage()).contains("libcrypto");
            if (absent) throw new TestAbortedException(root.getMessage(), e);
            throw e;
        }
    }

    /// The provider with AEADs that set the nonce as OpenSSL's manual shows.
    static CryptoProvider plain() {
        return new Plain(present());
    }

    private record Plain(LibCrypto library) implements CryptoProvider {
        @Override
        public String name() {
            return library.name();
        }

        @Override
        public Aead aead(MemorySegment key) {
            return library.plainAead(key, 0);
        }

        @Override
        public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
            return library.x25519(scalar, point, shared);
        }

        @Override
        public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
            library.x25519Public(scalar, publicKey);
        }
    }

    private TestLibCrypto() {}
}
