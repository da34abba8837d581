package dev.adit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jdk.incubator.vector.IntVector;

import org.junit.jupiter.api.Test;

class Avx512CipherTest {
    private static final int BITS = IntVector.SPECIES_PREFERRED.vectorBitSize();

    @Test
    void saysWhatItIs() {
        assumeTrue(BITS == 512, "vectors have " + BITS + " bits here, not 512");
        WideCipher cipher = new Avx512Cipher();
        assertThat(cipher.width()).isEqualTo(16);
        assertThat(cipher.worker()).isNotSameAs(cipher.worker());
    }

    /// To try it elsewhere, run with `-Dadit.test.jvm=-XX:UseAVX=2`.
    @Test
    void saysWhyItIsNotToBeHad() {
        assumeTrue(BITS != 512, "vectors have 512 bits here");
        assertThatThrownBy(Avx512Cipher::new)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("AVX-512")
                .hasMessageContaining("" + BITS);
    }
}
