package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/// The ring against a queue of arrays.
class StagedPacketsTest {
    /// The kernel trims to 128 before it appends one.
    private static final int MOST = 129;

    private static final int MOST_BYTES = 2 << 20;

    private final StagedPackets staged = new StagedPackets(new StagingBudget(8 << 20));

    @Test
    void leaveInTheOrderInWhichTheyCame() {
        for (int i = 1; i <= 10; i++) assertThat(staged.add(filled(i, i), 0, i)).isZero();
        assertThat(staged.size()).isEqualTo(10);
        List<byte[]> moved = new ArrayList<>();
        assertThat(moveTo(moved, 128, 1 << 16)).isZero();
        for (int i = 1; i <= 10; i++) assertThat(moved.get(i - 1)).hasSize(i).containsOnly(i);
        assertThat(staged.size()).isZero();
    }

    // As Linux has it; the paper sets no bound
    @Test
    void whenThereAreTooManyTheOldestGoes() {
        for (int i = 0; i < MOST; i++) assertThat(staged.add(filled(i, 50), 0, 50)).isZero();
        assertThat(staged.add(filled(200, 50), 0, 50)).isEqualTo(1);
        assertThat(staged.size()).isEqualTo(MOST);
        List<byte[]> moved = new ArrayList<>();
        assertThat(moveTo(moved, 200, 1 << 16)).isZero();
        assertThat(moved.getFirst()).containsOnly(1); // 0 is gone
        assertThat(moved.getLast()).containsOnly((byte) 200);
    }

    @Test
    void whenTheyAreTooLongTheOldestGo() {
        for (int i = 0; i < 32; i++) assertThat(staged.add(filled(i, 65_536), 0, 65_536)).isZero();
        assertThat(staged.add(filled(99, 1), 0, 1)).isEqualTo(1);
        assertThat(staged.add(filled(99, 65_535), 0, 65_535)).isZero();
        assertThat(staged.add(filled(99, 65_536), 0, 65_536)).isEqualTo(1);
        assertThat(staged.size()).isEqualTo(33);
    }

    @Test
    void keepalivesAreStagedButNotCountedAsDropped() {
        staged.add(filled(0, 0), 0, 0);
        staged.add(filled(1, 20), 0, 20);
        staged.add(filled(0, 0), 0, 0);
        assertThat(staged.size()).isEqualTo(3);
        assertThat(staged.clear()).isEqualTo(1);
        assertThat(staged.size()).isZero();
        assertThat(staged.clear()).isZero();
    }

    @Test
    void areCopies() {
        MemorySegment packet = filled(5, 20);
        staged.add(packet, 0, 20);
        packet.fill((byte) 9);
        List<byte[]> moved = new ArrayList<>();
        moveTo(moved, 1, 4096);
        assertThat(moved.getFirst()).containsOnly(5);
    }

    /// What is moved lies so that 15 bytes behind it may be written, and 16 before it.
    @Test
    void leaveRoomAroundEachPacket() {
        for (int i = 1; i < 40; i++) staged.add(filled(i, i), 0, i);
        try (PacketBatch batch = new PacketBatch(64, 8192)) {
            staged.moveTo(batch, PacketBatch.HEADROOM);
            int end = 0;
            for (int i = 0; i < batch.size(); i++) {
                assertThat(batch.offset(i)).isGreaterThanOrEqualTo(end + PacketBatch.HEADROOM);
                end = batch.offset(i) + (batch.length(i) + 15 & -16);
            }
            assertThat(end).isLessThanOrEqualTo(8192);
        }
    }

    @Test
    void agreeWithAQueue() {
        Property.check(
                150,
                random -> {
                    StagingBudget budget = new StagingBudget(8 << 20);
                    StagedPackets packets = new StagedPackets(budget);
                    Deque<byte[]> queue = new ArrayDeque<>();
                    int most = random.nextBoolean() ? 100 : 60_000;
                    for (int step = 0; step < 400; step++) {
                        switch (random.nextInt(30)) {
                            case 0 -> {
                                int expected =
                                        (int) queue.stream().filter(p -> p.length > 0).count();
                                assertThat(packets.clear()).isEqualTo(expected);
                                queue.clear();
                            }
                            case 1, 2 -> moveSome(random, packets, queue);
                            default -> addOne(random, packets, queue, most);
                        }
                        assertThat(packets.size()).isEqualTo(queue.size());
                        assertThat(packets.isWaiting()).isEqualTo(!queue.isEmpty());
                        assertThat(budget.held()).isEqualTo(packets.held());
                        assertThat(packets.held()).isGreaterThanOrEqualTo(total(queue));
                    }
                    packets.clear();
                    assertThat(budget.held()).isZero();
                });
    }

    private static void addOne(
            RandomGenerator random, StagedPackets packets, Deque<byte[]> queue, int most) {
        byte[] packet = new byte[random.nextInt(most)];
        for (int i = 0; i < Math.min(packet.length, 8); i++) packet[i] = (byte) random.nextInt();
        int dropped = 0;
        while (queue.size() == MOST
                || !queue.isEmpty() && total(queue) + packet.length > MOST_BYTES) {
            queue.remove();
            dropped++;
        }
        queue.add(packet);
        assertThat(packets.add(MemorySegment.ofArray(packet), 0, packet.length)).isEqualTo(dropped);
    }

    private static int total(Deque<byte[]> queue) {
        return queue.stream().mapToInt(p -> p.length).sum();
    }

    private static void moveSome(
            RandomGenerator random, StagedPackets packets, Deque<byte[]> queue) {
        try (PacketBatch batch = new PacketBatch(1 + random.nextInt(100), 1 << 17)) {
            int left = packets.moveTo(batch, PacketBatch.HEADROOM);
            assertThat(left).isEqualTo(queue.size() - batch.size());
            for (int i = 0; i < batch.size(); i++) {
                byte[] moved =
                        batch.memory()
                                .asSlice(batch.offset(i), batch.length(i))
                                .toArray(ValueLayout.JAVA_BYTE);
                assertThat(moved).isEqualTo(queue.remove());
            }
            // It stopped because the next one does not fit.
            if (left > 0) {
                int at = batch.size() == 0 ? 16 : end(batch);
                int next = queue.element().length;
                assertThat(batch.isFull() || at + next > batch.memory().byteSize() - 16).isTrue();
            }
        }
    }

    private static int end(PacketBatch batch) {
        int last = batch.size() - 1;
        return batch.offset(last) + (batch.length(last) + 15 & -16) + PacketBatch.HEADROOM;
    }

    private int moveTo(List<byte[]> list, int capacity, int bytes) {
        try (PacketBatch batch = new PacketBatch(capacity, bytes)) {
            int left = staged.moveTo(batch, PacketBatch.HEADROOM);
            for (int i = 0; i < batch.size(); i++) {
                list.add(
                        batch.memory()
                                .asSlice(batch.offset(i), batch.length(i))
                                .toArray(ValueLayout.JAVA_BYTE));
            }
            return left;
        }
    }

    private static MemorySegment filled(int value, int length) {
        return MemorySegment.ofArray(new byte[length]).fill((byte) value);
    }
}
