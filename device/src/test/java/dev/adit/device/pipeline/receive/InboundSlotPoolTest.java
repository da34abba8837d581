package dev.adit.device.pipeline.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

class InboundSlotPoolTest {
    private final InboundSlotPool slots =
            new InboundSlotPool(datagrams -> new InboundSlot(null, null, null, null, datagrams));

    @AfterEach
    void close() {
        slots.close();
    }

    @Test
    void oneBindAfterTheOtherIsReadIntoTheSameMemory() {
        List<InboundSlot> first = take(2);
        List<InboundSlot> second = take(2);
        for (int i = 0; i < 100; i++) {
            first.forEach(slots::giveBack);
            List<InboundSlot> third = take(2);
            assertThat(third).containsExactlyInAnyOrderElementsOf(first);
            first = second;
            second = third;
        }
        first.forEach(slots::giveBack);
        second.forEach(slots::giveBack);
    }

    @Test
    void anotherSizeIsAnotherMemory() {
        InboundSlot small = slots.take(1), large = slots.take(3);
        slots.giveBack(small);
        slots.giveBack(large);
        assertThat(slots.take(3)).isSameAs(large);
        assertThat(slots.take(3).batch().capacity()).isEqualTo(3);
        assertThat(slots.take(1)).isSameAs(small);
    }

    @Test
    void whatIsGivenBackIsEmpty() {
        InboundSlot one = slots.take(2);
        one.batch().add(16, 100);
        one.add(null, 0, 16, 100);
        slots.giveBack(one);
        assertThat(one.batch().size()).isZero();
        assertThat(one.messages()).isZero();
    }

    @Test
    void noMoreIsKeptThanTwoBindsNeed() {
        List<InboundSlot> all = take(6);
        all.forEach(slots::giveBack);
        assertThat(all).filteredOn(InboundSlotPoolTest::isFreed).hasSize(2);
        slots.close();
        assertThat(all).allMatch(InboundSlotPoolTest::isFreed);
    }

    private List<InboundSlot> take(int count) {
        return Stream.generate(() -> slots.take(2)).limit(count).toList();
    }

    private static boolean isFreed(InboundSlot one) {
        return !one.batch().memory().scope().isAlive();
    }
}
