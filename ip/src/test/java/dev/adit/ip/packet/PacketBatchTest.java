package dev.adit.ip.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.lang.foreign.ValueLayout;

class PacketBatchTest {

    @Test
    void keepsEveryEntryAsItWasAdded() {
        try (PacketBatch batch = new PacketBatch(4, 4096)) {
            batch.add(16, 100);
            batch.add(200, 3000, 1400, 0xff);
            assertThat(batch.size()).isEqualTo(2);
            assertThat(batch.offset(0)).isEqualTo(16);
            assertThat(batch.length(0)).isEqualTo(100);
            assertThat(batch.segmentSize(0)).isZero();
            assertThat(batch.trafficClass(0)).isZero();
            assertThat(batch.offset(1)).isEqualTo(200);
            assertThat(batch.length(1)).isEqualTo(3000);
            assertThat(batch.segmentSize(1)).isEqualTo(1400);
            assertThat(batch.trafficClass(1)).isEqualTo(255);
        }
    }

    @Test
    void isFullAtItsCapacityAndEmptyOnceCleared() {
        try (PacketBatch batch = new PacketBatch(3, 4096)) {
            assertThat(batch.capacity()).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                assertThat(batch.isFull()).isFalse();
                batch.add(i, i);
            }
            assertThat(batch.isFull()).isTrue();
            batch.clear();
            assertThat(batch.isFull()).isFalse();
            assertThat(batch.size()).isZero();
        }
    }

    @Test
    void startsWithZeroedMemoryOnAPage() {
        try (PacketBatch batch = new PacketBatch(1, 5000)) {
            assertThat(batch.memory().byteSize()).isEqualTo(5000);
            assertThat(batch.memory().address() % 4096).isZero();
            assertThat(batch.memory().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            assertThat(batch.addresses().byteSize()).isEqualTo(128);
        }
    }

    @Test
    void anotherListOverTheSameMemoryHasItsOwnEntries() {
        try (PacketBatch owner = new PacketBatch(4, 4096)) {
            owner.add(16, 10);
            PacketBatch view = new PacketBatch(owner, 2);
            view.add(32, 20);
            view.memory().set(ValueLayout.JAVA_BYTE, 32, (byte) 7);
            assertThat(owner.memory().get(ValueLayout.JAVA_BYTE, 32)).isEqualTo((byte) 7);
            assertThat(owner.size()).isEqualTo(1);
            assertThat(view.capacity()).isEqualTo(2);
            view.close();
            assertThat(owner.memory().scope().isAlive()).isTrue();
        }
    }

    @Test
    void givesItsMemoryUpOnceHoweverOftenItIsClosed() {
        PacketBatch batch = new PacketBatch(1, 4096);
        batch.add(16, 1);
        batch.close();
        batch.close();
        assertThat(batch.size()).isZero();
        assertThatThrownBy(() -> batch.memory().get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
