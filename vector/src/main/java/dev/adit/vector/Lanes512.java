package dev.adit.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/// Vectors of 512 bits in memory. Immutable.
///
/// The shapes are constants: a species that the compiler cannot see to be one costs an object for
/// each vector.
final class Lanes512 {
    static final int BITS = 512;

    /// Bytes of a row, which are as many as those of a block of ChaCha20.
    static final int BYTES = BITS / Byte.SIZE;

    /// The 32-bit words of a row: as many as packets are worked on at once.
    static final int LANES = BITS / Integer.SIZE;

    static final VectorSpecies<Byte> BYTE_LANES = ByteVector.SPECIES_512;
    static final VectorSpecies<Integer> INT_LANES = IntVector.SPECIES_512;
    static final VectorSpecies<Long> LONG_LANES = LongVector.SPECIES_512;

    /// What RFC 8439 reads and writes numbers in.
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Lanes512() {}
}
