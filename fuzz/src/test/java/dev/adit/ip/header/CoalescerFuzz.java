package dev.adit.ip.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Packets on their way to a TUN are all there once they were merged and cut again, each as it was,
/// and none has overtaken one of its flow.
public final class CoalescerFuzz implements Target {
    private final Coalescer coalescer = new Coalescer(Traffic.MAX_PACKETS);
    private final Segmenter segmenter = new Segmenter();
    private final byte[] memory = new byte[Traffic.MAX_PACKETS * (Traffic.MAX_LENGTH + GAP)];
    private final MemorySegment slab = MemorySegment.ofArray(memory);

    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        boolean tcp = !input.flag(), udp = !input.flag();
        List<byte[]> packets = Traffic.read(input);
        coalescer.begin(slab, tcp, udp);
        int at = GAP;
        for (byte[] packet : packets) {
            System.arraycopy(packet, 0, memory, at, packet.length);
            if (Traffic.isWhole(packet)) coalescer.add(at, packet.length);
            else coalescer.addAlone(at, packet.length);
            at += packet.length + GAP;
        }
        List<Integer> order = new ArrayList<>();
        for (int g = 0; g < coalescer.groups(); g++) check(g, packets, order);
        checkOrder(order, packets);
    }

    private void check(int g, List<byte[]> packets, List<Integer> order) {
        int first = coalescer.first(g), count = coalescer.packets(g);
        for (int i = first; i >= 0; i = coalescer.next(i)) order.add(i);
        if (count > 1) cutAgain(g, packets);
        assertThat(packet(first)).isEqualTo(packets.get(first));
    }

    private void cutAgain(int g, List<byte[]> packets) {
        byte[] before = packet(coalescer.first(g));
        coalescer.merge(g);
        byte[] whole = gather(g);
        MemorySegment in = MemorySegment.ofArray(whole);
        int count = segmenter.begin(in, 0, whole.length, coalescer.segmentSize(g));
        assertThat(count).isEqualTo(coalescer.packets(g));
        int segment = 0;
        for (int i = coalescer.first(g); i >= 0; i = coalescer.next(i)) {
            byte[] cut = new byte[segmenter.length(segment)];
            segmenter.write(segment++, MemorySegment.ofArray(cut), 0);
            assertThat(Traffic.essence(cut)).isEqualTo(Traffic.essence(packets.get(i)));
        }
        coalescer.split(g);
        byte[] after = packet(coalescer.first(g));
        assertThat(Traffic.essence(after)).isEqualTo(Traffic.essence(before));
        System.arraycopy(before, 0, memory, coalescer.offset(coalescer.first(g)), before.length);
    }

    private byte[] gather(int g) {
        ByteBuffer whole = ByteBuffer.allocate(1 << 16);
        whole.put(packet(coalescer.first(g)));
        for (int i = coalescer.next(coalescer.first(g)); i >= 0; i = coalescer.next(i)) {
            byte[] packet = packet(i);
            whole.put(packet, coalescer.headers(g), packet.length - coalescer.headers(g));
        }
        return Arrays.copyOf(whole.array(), whole.position());
    }

    private byte[] packet(int i) {
        return slab.asSlice(coalescer.offset(i), coalescer.length(i))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static void checkOrder(List<Integer> order, List<byte[]> packets) {
        assertThat(order.stream().sorted().toList())
                .isEqualTo(java.util.stream.IntStream.range(0, packets.size()).boxed().toList());
        for (int i = 0; i < order.size(); i++) {
            for (int j = i + 1; j < order.size(); j++) {
                if (order.get(i) < order.get(j)) continue;
                byte[] earlier = packets.get(order.get(j)), later = packets.get(order.get(i));
                assertThat(Traffic.mayBeOfOneFlow(earlier, later)).isFalse();
            }
        }
    }

    private static final int GAP = 16;
}
