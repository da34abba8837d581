package dev.adit.device.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParallelismTest {
    @ParameterizedTest
    @CsvSource({"1,0,1", "2,0,1", "3,0,1", "4,2,2", "6,4,4", "8,6,4", "128,6,4"})
    void suitsTheCores(int cores, int lanes, int queues) {
        assertThat(Parallelism.of("auto", cores)).isEqualTo(new Parallelism(lanes, queues));
    }

    @ParameterizedTest
    @CsvSource({"0,0,1", "1,1,2", "' 3 ',3,3", "32,32,4"})
    void isWhatTheAdministratorWants(String words, int lanes, int queues) {
        assertThat(Parallelism.of(words, 2)).isEqualTo(new Parallelism(lanes, queues));
    }

    @Test
    void isNoneUnlessSomebodyAsksForIt() {
        assertThat(Parallelism.of(null, 8)).isEqualTo(new Parallelism(0, 1));
        assertThat(Parallelism.of(" ", 8)).isEqualTo(new Parallelism(0, 1));
    }

    @ParameterizedTest
    @CsvSource({"-1", "33", "many", "3.5"})
    void isNoneWhereTheWordsMakeNoSense(String words) {
        assertThat(Parallelism.of(words, 8)).isEqualTo(new Parallelism(0, 1));
    }

    @Test
    void hasItsBounds() {
        assertThatThrownBy(() -> Parallelism.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Parallelism.of(33)).isInstanceOf(IllegalArgumentException.class);
    }
}
