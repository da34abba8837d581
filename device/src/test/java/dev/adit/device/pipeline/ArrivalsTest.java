package dev.adit.device.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals(null);

    @AfterEach
    void close() {
        arrivals.close();
    }

    @Test
    void oneBindAfterTheOtherIsReadIntoTheSameMemory() {
        List<Arrival> first = take(2);
        List<Arrival> second = take(2);
        for (int i = 0; i < 100; i++) {
            first.forEach(arrivals::giveBack);
            List<Arrival> third = take(2);
            assertThat(third).containsExactlyInAnyOrderElementsOf(first);
            first = second;
            second = third;
        }
        first.forEach(arrivals::giveBack);
        second.forEach(arrivals::giveBack);
    }

    @Test
    void anotherSizeIsAnotherMemory() {
        Arrival small = arrivals.take(1), large = arrivals.take(3);
        arrivals.giveBack(small);
        arrivals.giveBack(large);
        assertThat(arrivals.take(3)).isSameAs(large);
        assertThat(arrivals.take(3).batch().capacity()).isEqualTo(3);
        assertThat(arrivals.take(1)).isSameAs(small);
    }

    @Test
    void whatIsGivenBackIsEmpty() {
        Arrival one = arrivals.take(2);
        one.batch().add(16, 100);
        one.add(null, 0, 16, 100);
        arrivals.giveBack(one);
        assertThat(one.batch().size()).isZero();
        assertThat(one.messages()).isZero();
    }

    @Test
    void noMoreIsKeptThanTwoBindsNeed() {
        List<Arrival> all = take(6);
        all.forEach(arrivals::giveBack);
        assertThat(all).filteredOn(ArrivalsTest::isFreed).hasSize(2);
        arrivals.close();
        assertThat(all).allMatch(ArrivalsTest::isFreed);
    }

    private List<Arrival> take(int count) {
        return Stream.generate(() -> arrivals.take(2)).limit(count).toList();
    }

    private static boolean isFreed(Arrival one) {
        return !one.batch().memory().scope().isAlive();
    }
}
