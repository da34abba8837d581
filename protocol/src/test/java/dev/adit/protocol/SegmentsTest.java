package dev.adit.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Segments;

import org.junit.jupiter.api.Test;

class SegmentsTest {

    @Test
    void spellsWhatItRead() {
        assertThat(Segments.hex(Segments.of("00ff80"))).isEqualTo("00ff80");
        assertThat(Segments.hex(Segments.nativeCopy(Segments.of("00ff80")))).isEqualTo("00ff80");
        assertThat(Segments.hex(Segments.zeros(2))).isEqualTo("0000");
    }
}
