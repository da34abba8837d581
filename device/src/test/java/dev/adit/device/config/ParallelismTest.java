package dev.adit.device.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParallelismTest {
    @ParameterizedTest
    @CsvSource({"1,0,1", "2,0,1", "3,0,1", "4,2,2", "6,4,4", "8,6,4", "128,6,4"})
    void suitsTheCores(int cores, int threads, int queues) {
        assertThat(Parallelism.parse("auto", cores)).isEqualTo(new Parallelism(threads, queues));
    }

    @ParameterizedTest
    @CsvSource({"0,0,1", "1,1,2", "' 3 ',3,3", "32,32,4"})
    void isWhatTheAdministratorWants(String words, int threads, int queues) {
        assertThat(Parallelism.parse(words, 2)).isEqualTo(new Parallelism(threads, queues));
    }

    @Test
    void isNoneUnlessSomebodyAsksForIt() {
        assertThat(Parallelism.parse("", 8)).isEqualTo(new Parallelism(0, 1));
        assertThat(Parallelism.parse(" ", 8)).isEqualTo(new Parallelism(0, 1));
    }

    @ParameterizedTest
    @CsvSource({"-1", "33", "many", "3.5"})
    void refusesWhatMakesNoSenseWithTheRule(String words) {
        assertThatThrownBy(() -> Parallelism.parse(words, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("`auto' or a number from 0 to 32, not `" + words + "'");
    }

    @Test
    void hasItsBounds() {
        assertThatThrownBy(() -> Parallelism.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Parallelism.of(33)).isInstanceOf(IllegalArgumentException.class);
    }
}
