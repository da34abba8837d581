package dev.adit.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/// The shapes and layouts of vectors of 512 bits in memory. Immutable.
///
/// The shapes are constants: a species that the compiler cannot recognise as constant costs an
/// object for each vector.
final class Species512 {
    static final int BITS = 512;

    /// Bytes of a row, equal to those of a ChaCha20 block.
    static final int BYTES = BITS / Byte.SIZE;

    /// The 32-bit words in a row, which is the number of packets processed at once.
    static final int LANES = BITS / Integer.SIZE;

    static final VectorSpecies<Byte> BYTE_LANES = ByteVector.SPECIES_512;
    static final VectorSpecies<Integer> INT_LANES = IntVector.SPECIES_512;
    static final VectorSpecies<Long> LONG_LANES = LongVector.SPECIES_512;

    /// The byte order of numbers in RFC 8439.
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Species512() {}
}
