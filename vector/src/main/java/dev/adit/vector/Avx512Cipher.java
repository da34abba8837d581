package dev.adit.vector;

import jdk.incubator.vector.IntVector;

/// ChaCha20-Poly1305 of sixteen packets at once, for processors with AVX-512.
///
/// Thread-safe: immutable, and its workers share nothing.
final class Avx512Cipher implements WideCipher {

    /// @throws IllegalStateException if the processor, or the virtual machine, has no vectors of
    ///   512 bits
    Avx512Cipher() {
        int bits = IntVector.SPECIES_PREFERRED.vectorBitSize();
        if (bits != Species512.BITS) {
            throw new IllegalStateException(
                    "vectors of " + Species512.BITS + " bits (AVX-512) are needed, not of " + bits);
        }
    }

    @Override
    public int width() {
        return Species512.LANES;
    }

    @Override
    public Worker worker() {
        return new VectorWorker();
    }
}
