package dev.adit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.vector.Costs.Line;

import org.junit.jupiter.api.Test;

class CostsTest {
    // As measured on a processor with AVX-512.
    private final Line one = Line.through(350, 737);
    private final Line full = Line.through(800, 6800);
    private final Costs costs =
            new Costs(
                    one,
                    Line.through(700, 1700),
                    Line.through(700, 1900),
                    Line.through(700, 2300),
                    Line.through(750, 3700),
                    full);

    @Test
    void fewLongPacketsAreLeftAndManyAreNot() {
        assertThat(costs.pays(1, Costs.LONG)).isFalse();
        assertThat(costs.pays(3, Costs.LONG)).isFalse();
        assertThat(costs.pays(4, Costs.LONG)).isTrue();
        assertThat(costs.pays(5, Costs.LONG)).isFalse(); // costs what eight do
        assertThat(costs.pays(6, Costs.LONG)).isTrue();
        assertThat(costs.pays(10, Costs.LONG)).isFalse();
        assertThat(costs.pays(11, Costs.LONG)).isTrue();
        assertThat(costs.pays(16, Costs.LONG)).isTrue();
    }

    @Test
    void shortPacketsPaySooner() {
        assertThat(costs.pays(2, Costs.SHORT)).isFalse();
        assertThat(costs.pays(3, Costs.SHORT)).isTrue();
        assertThat(costs.pays(3, 0)).isTrue();
    }

    @Test
    void isWorthItWhenFullLanesAreAQuarterFasterAtBothLengths() {
        assertThat(Costs.isWorthIt(one, full, 16)).isTrue();
        assertThat(Costs.isWorthIt(Line.through(350, 500), full, 16)).isFalse();
        assertThat(Costs.isWorthIt(Line.through(60, 737), full, 16)).isFalse();
    }
}
