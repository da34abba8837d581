package dev.adit.ip.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

class CoalescerTest {
    private final Coalescer coalescer = new Coalescer(512);
    private final MemorySegment slab = MemorySegment.ofArray(new byte[1 << 20]);

    /// What may differ between two packets in a row so that they cannot be one.
    enum Difference {
        SOURCE(p -> p.source = 2),
        PORT(p -> p.fromPort = 5001),
        TRAFFIC_CLASS(p -> p.trafficClass = 3),
        HOPS(p -> p.hops = 63),
        FLOW_LABEL_OR_FRAGMENTING(
                p -> {
                    p.flowLabel = 1;
                    p.fragment = 0;
                }),
        FRAGMENT(
                p -> {
                    p.v6 = false;
                    p.fragment = 0x2000;
                }),
        RESERVED_BIT(
                p -> {
                    p.v6 = false;
                    p.fragment = 0xc000;
                }),
        SEQUENCE(p -> p.sequence++),
        ACKNOWLEDGEMENT(p -> p.acknowledgement++),
        WINDOW(p -> p.window--),
        FIN(p -> p.flags |= 0x01),
        SYN(p -> p.flags |= 0x02),
        RST(p -> p.flags |= 0x04),
        URG(p -> p.flags |= 0x20),
        ECE(p -> p.flags |= 0x40),
        CWR(p -> p.flags |= 0x80),
        NO_ACK(p -> p.flags = 0),
        ACCURATE_ECN(p -> p.reserved = 1),
        RESERVED_BEFORE_FLAGS(p -> p.reserved = 8),
        URGENT_POINTER(p -> p.urgent = 1),
        OPTIONS(p -> p.options = new byte[] {1, 1, 1, 0}),
        LONGER(p -> p.payload = new byte[101]),
        EMPTY(p -> p.payload = new byte[0]),
        CHECKSUM(p -> p.spoilChecksum = true);

        private final Consumer<Crafted> change;

        Difference(Consumer<Crafted> change) {
            this.change = change;
        }
    }

    @ParameterizedTest
    @EnumSource(Difference.class)
    void keepsApartWhatDiffers(Difference difference) {
        for (boolean v6 : new boolean[] {false, true}) {
            Crafted first = data(v6, true, 100), second = next(first);
            difference.change.accept(second);
            assertThat(groups(first, second)).as("IPv6: %s", v6).isEqualTo(List.of(1, 1));
        }
    }

    @Test
    void mergesWhatFollows() {
        for (boolean v6 : new boolean[] {false, true}) {
            Crafted a = data(v6, true, 100), b = next(a), c = next(b);
            c.payload = new byte[7];
            assertThat(groups(a, b, c)).isEqualTo(List.of(3));
            a = data(v6, false, 100);
            b = next(a);
            c = next(b);
            c.payload = new byte[7];
            assertThat(groups(a, b, c, next(c))).isEqualTo(List.of(3, 1));
        }
    }

    @Test
    void keepsReservedBitsAndUrgentPointerThatAllHave() {
        Crafted a = data(false, true, 100);
        a.reserved = 5;
        a.urgent = 0x1234;
        Crafted b = next(a), c = next(b);
        c.flags |= 0x08;
        assertThat(groups(a, b, c)).isEqualTo(List.of(3));
        assertThat(cutAgain(1)).containsExactlyElementsOf(packets(a, b, c));
    }

    @Test
    void endsWithAPushWhichTheWholeThenHas() {
        Crafted a = data(false, true, 100), b = next(a), c = next(b);
        b.flags |= 0x08;
        assertThat(groups(a, b, c)).isEqualTo(List.of(2, 1));
        coalescer.merge(0);
        assertThat(slab.get(ValueLayout.JAVA_BYTE, coalescer.offset(0) + 33))
                .isEqualTo((byte) 0x18);
    }

    @Test
    void refusesAFirstPacketWithAWrongChecksum() {
        Crafted a = data(false, true, 100), b = next(a), c = next(b);
        a.spoilChecksum = true;
        assertThat(groups(a, b, c)).isEqualTo(List.of(1, 2));
    }

    @Test
    void refusesUdpWithoutAChecksum() {
        Crafted a = data(false, false, 100), b = next(a);
        a.withoutChecksum = true;
        b.withoutChecksum = true;
        assertThat(groups(a, b)).isEqualTo(List.of(1, 1));
    }

    @Test
    void wantsIdentificationsInOrderWhereFragmentsMayArise() {
        Crafted a = data(false, false, 100), b = next(a);
        a.fragment = b.fragment = 0;
        assertThat(groups(a, b)).isEqualTo(List.of(2));
        b.id++;
        assertThat(groups(a, b)).isEqualTo(List.of(1, 1));
    }

    @Test
    void mergesFlowsThatAlternate() {
        Crafted a = data(false, true, 100), b = data(true, true, 100), c = data(false, false, 50);
        assertThat(groups(a, b, c, next(a), next(b), next(c))).isEqualTo(List.of(2, 2, 2));
    }

    @Test
    void doesNotOvertakeWhatMayBeOfTheSameFlow() {
        Crafted a = data(false, false, 100), b = next(a), fragment = next(a);
        fragment.fragment = 0x2000;
        assertThat(groups(a, fragment, b)).isEqualTo(List.of(1, 1, 1));
        Crafted ack = next(a);
        ack.tcp = true;
        assertThat(groups(a, ack, b)).as("of another flow").isEqualTo(List.of(2, 1));
    }

    @Test
    void mergesOnlyWhatIsWanted() {
        Crafted tcp = data(false, true, 100), udp = data(false, false, 100);
        List<byte[]> packets = packets(tcp, next(tcp), udp, next(udp));
        assertThat(groups(packets, true, false)).isEqualTo(List.of(2, 1, 1));
        assertThat(groups(packets, false, true)).isEqualTo(List.of(1, 1, 2));
    }

    @Test
    void staysBelow64KiBAndTheSegmentsThatAKernelCuts() {
        List<Crafted> long1 = run(data(true, true, 1360), 60);
        assertThat(groups(long1.toArray(Crafted[]::new))).isEqualTo(List.of(48, 12));
        List<Crafted> many = run(data(false, false, 10), 100);
        assertThat(groups(many.toArray(Crafted[]::new))).isEqualTo(List.of(64, 36));
    }

    @Test
    void canBeUndone() {
        Crafted a = data(true, true, 100), b = next(a);
        b.flags |= 0x08;
        byte[] before = a.build();
        groups(a, b);
        coalescer.merge(0);
        assertThat(packet(0)).isNotEqualTo(before);
        coalescer.split(0);
        assertThat(packet(0)).isEqualTo(before);
    }

    @Test
    void yieldsTheSamePacketsInTheSameOrderOnceCutAgain() {
        long[] merged = new long[1];
        Property.check(
                300,
                random -> {
                    List<byte[]> packets = traffic(random);
                    List<Integer> groups = groups(packets, true, true);
                    merged[0] += groups.stream().filter(n -> n > 1).count();
                    assertThat(byFlow(cutAgain(groups.size()))).isEqualTo(byFlow(packets));
                });
        assertThat(merged[0]).as("merged groups").isGreaterThan(1000);
    }

    /// Packets of several flows, in each of which something unexpected happens now and then.
    private static List<byte[]> traffic(RandomGenerator random) {
        List<Crafted> flows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Crafted flow =
                    data(random.nextBoolean(), random.nextBoolean(), 1 + random.nextInt(300));
            flow.source = 1 + i;
            flow.fragment = 0; // so that identifications have to come back, too
            flows.add(flow);
        }
        List<byte[]> packets = new ArrayList<>();
        Difference[] differences = Difference.values();
        for (int i = 0; i < 100; i++) {
            int at = random.nextInt(flows.size());
            Crafted packet = flows.get(at);
            if (random.nextInt(8) == 0) {
                packet = packet.copy();
                differences[random.nextInt(differences.length)].change.accept(packet);
            }
            for (int b = 0; b < packet.payload.length; b++) packet.payload[b] = (byte) (i + b);
            packets.add(packet.build());
            flows.set(at, next(packet));
        }
        return packets;
    }

    /// The packets of each flow, in order.
    private static Map<String, List<String>> byFlow(List<byte[]> packets) {
        Map<String, List<String>> flows = new HashMap<>();
        for (byte[] packet : packets) {
            boolean v6 = packet[0] >> 4 == 6;
            byte[] ends = Arrays.copyOfRange(packet, v6 ? 8 : 12, v6 ? 44 : 24);
            String flow = Arrays.toString(ends) + packet[v6 ? 6 : 9];
            flows.computeIfAbsent(flow, key -> new ArrayList<>()).add(Arrays.toString(packet));
        }
        return flows;
    }

    private List<byte[]> cutAgain(int groups) {
        Segmenter segmenter = new Segmenter();
        List<byte[]> packets = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            if (coalescer.packets(g) == 1) {
                packets.add(packet(coalescer.first(g)));
                continue;
            }
            coalescer.merge(g);
            byte[] whole = gather(g);
            int count =
                    segmenter.begin(
                            MemorySegment.ofArray(whole),
                            0,
                            whole.length,
                            coalescer.segmentSize(g));
            assertThat(count).isEqualTo(coalescer.packets(g));
            for (int i = 0; i < count; i++) {
                byte[] segment = new byte[segmenter.length(i)];
                segmenter.write(i, MemorySegment.ofArray(segment), 0);
                packets.add(segment);
            }
        }
        return packets;
    }

    private byte[] gather(int g) {
        ByteBuffer whole = ByteBuffer.allocate(1 << 17);
        whole.put(packet(coalescer.first(g)));
        for (int i = coalescer.next(coalescer.first(g)); i >= 0; i = coalescer.next(i)) {
            byte[] packet = packet(i);
            int headers = coalescer.headers(g);
            whole.put(packet, headers, packet.length - headers);
        }
        return Arrays.copyOf(whole.array(), whole.position());
    }

    private byte[] packet(int i) {
        return slab.asSlice(coalescer.offset(i), coalescer.length(i))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static Crafted data(boolean v6, boolean tcp, int bytes) {
        Crafted packet = new Crafted();
        packet.v6 = v6;
        packet.tcp = tcp;
        packet.payload = new byte[bytes];
        return packet;
    }

    /// The packet that continues the flow.
    private static Crafted next(Crafted packet) {
        Crafted next = packet.copy();
        next.sequence += packet.payload.length;
        next.id++;
        next.payload = packet.payload.clone();
        return next;
    }

    private static List<Crafted> run(Crafted first, int count) {
        List<Crafted> run = new ArrayList<>(List.of(first));
        while (run.size() < count) run.add(next(run.getLast()));
        return run;
    }

    private static List<byte[]> packets(Crafted... crafted) {
        return Arrays.stream(crafted).map(Crafted::build).toList();
    }

    /// The sizes of the groups that are made of these packets.
    private List<Integer> groups(Crafted... crafted) {
        return groups(packets(crafted), true, true);
    }

    private List<Integer> groups(List<byte[]> packets, boolean tcp, boolean udp) {
        coalescer.begin(slab, tcp, udp);
        int at = 16;
        for (byte[] packet : packets) {
            MemorySegment.copy(packet, 0, slab, ValueLayout.JAVA_BYTE, at, packet.length);
            coalescer.add(at, packet.length);
            at += packet.length + 16;
        }
        List<Integer> sizes = new ArrayList<>();
        for (int g = 0; g < coalescer.groups(); g++) sizes.add(coalescer.packets(g));
        return sizes;
    }
}
