package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

class FlowQueueTest {
    private static final int QUEUES = 4, ROUNDS = 4000;

    private final SplittableRandom random = new SplittableRandom(1);

    private static int queue(byte[] packet) {
        return QueueSelector.of(MemorySegment.ofArray(packet), 0, QUEUES);
    }

    private byte[] v6(int next, long[] words, int from, int to) {
        ByteBuffer packet = ByteBuffer.allocate(60).putInt(6 << 28).putShort((short) 20);
        packet.put((byte) next).put((byte) 64);
        for (long word : words) packet.putLong(word);
        return packet.putShort((short) from).putShort((short) to).array();
    }

    @Test
    void isTheSameForBothDirections() {
        for (int i = 0; i < ROUNDS; i++) {
            int a = random.nextInt(), b = random.nextInt();
            int from = random.nextInt(65536), to = random.nextInt(65536);
            byte[] there = Packets.udp(a, b, from, to, new byte[random.nextInt(9)]);
            byte[] back = Packets.udp(b, a, to, from, new byte[random.nextInt(9)]);
            assertThat(queue(there)).isEqualTo(queue(back)).isBetween(0, QUEUES - 1);
            long w = random.nextLong(), x = random.nextLong();
            long y = random.nextLong(), z = random.nextLong();
            there = v6(6, new long[] {w, x, y, z}, from, to);
            back = v6(6, new long[] {y, z, w, x}, to, from);
            assertThat(queue(there)).isEqualTo(queue(back)).isBetween(0, QUEUES - 1);
        }
    }

    @Test
    void spreadsFlowsThatDifferInAPort() {
        int[] flows = new int[QUEUES], flows6 = new int[QUEUES];
        for (int port = 0; port < ROUNDS; port++) {
            flows[queue(Packets.udp(0x0a000001, 0x0a000002, 32768 + port, 443, new byte[1]))]++;
            flows6[queue(v6(17, new long[] {1, 2, 3, 4}, 32768 + port, 443))]++;
        }
        for (int n : flows) assertThat(n).isBetween(ROUNDS / 8, ROUNDS / 2);
        for (int n : flows6) assertThat(n).isBetween(ROUNDS / 8, ROUNDS / 2);
    }

    @Test
    void isThatOfTheAddressesForFragmentsAndOtherProtocols() {
        byte[] whole = Packets.udp(1, 2, 3, 4, new byte[20]);
        for (int port = 0; port < 50; port++) {
            byte[] first = Packets.udp(1, 2, 3, port, new byte[20]);
            first[6] = 0x20; // more fragments
            byte[] later = Packets.udp(1, 2, port, 4, new byte[20]);
            later[7] = 2; // not the first
            byte[] icmp = Packets.udp(1, 2, port, port, new byte[20]);
            icmp[9] = 1;
            assertThat(queue(first)).isEqualTo(queue(later)).isEqualTo(queue(icmp));
        }
        assertThat(queue(whole)).isBetween(0, QUEUES - 1);
    }

    @Test
    void readsNothingBeyondTheEnd() {
        byte[] packet = Packets.udp(1, 2, 3, 4, new byte[0]);
        for (int length = 20; length < 28; length++) {
            MemorySegment cut = MemorySegment.ofArray(packet).asSlice(0, length);
            assertThat(QueueSelector.of(cut, 0, QUEUES)).isBetween(0, QUEUES - 1);
        }
    }
}
