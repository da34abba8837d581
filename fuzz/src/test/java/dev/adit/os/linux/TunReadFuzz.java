package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.SegmentInvariants;
import dev.adit.fuzz.Target;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A packet as a TUN gives it, behind a header of any content: what the header asks for is done
/// inside the packet, or it is refused and the packet as it was.
public final class TunReadFuzz implements Target {
    private final SegmentInvariants segments = new SegmentInvariants();

    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        int filling = input.below(4) == 3 ? input.u16() : 0;
        byte[] head = input.rest();
        byte[] memory = Arrays.copyOf(head, Math.max(head.length, HEADER) + filling);
        byte[] before = memory.clone();
        int length = memory.length - HEADER;
        int size = VirtioNetHeader.settle(MemorySegment.ofArray(memory), 0, length);

        ByteBuffer header = ByteBuffer.wrap(before).order(ByteOrder.nativeOrder());
        int kind = header.get(1) & 0x7f, start = header.getShort(6) & 0xffff;
        int field = start + (header.getShort(8) & 0xffff);
        assertThat(size).isBetween(-1, 0xffff);
        if (kind != 0) assertThat(size).isEqualTo(segmentSize(kind, header.getShort(4) & 0xffff));
        boolean summed = size == 0 && (header.get(0) & 1) != 0;
        if (summed) {
            assertThat(field + 2).isLessThanOrEqualTo(length);
            assertThat(sum(memory, HEADER + start, before, HEADER + field)).isTrue();
            Arrays.fill(memory, HEADER + field, HEADER + field + 2, (byte) 0);
            Arrays.fill(before, HEADER + field, HEADER + field + 2, (byte) 0);
        }
        assertThat(Arrays.equals(memory, before)).isTrue();
        if (size > 0) segments.check(Arrays.copyOfRange(before, HEADER, before.length), size);
    }

    /// What a super-packet is to be cut into: -1 when nobody can tell. The kinds are those of
    /// linux/virtio_net.h for TCP over IPv4, over IPv6, and UDP.
    private static int segmentSize(int kind, int size) {
        boolean known = kind == 1 || kind == 4 || kind == 5;
        return known && size > 0 ? size : -1;
    }

    /// True when the checksum at `field` of `memory` is that of what the packet was before, from
    /// `start` on.
    private static boolean sum(byte[] memory, int start, byte[] before, int field) {
        long sum = 0;
        for (int i = start; i < before.length; i++) {
            sum += (long) (before[i] & 0xff) << ((i - start & 1) == 0 ? 8 : 0);
        }
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
        int wanted = (int) ~sum & 0xffff;
        int found = ByteBuffer.wrap(memory).getShort(field) & 0xffff;
        return found == (wanted == 0 ? 0xffff : wanted);
    }

    private static final int HEADER = VirtioNetHeader.BYTES;
}
