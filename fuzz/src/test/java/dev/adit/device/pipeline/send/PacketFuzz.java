package dev.adit.device.pipeline.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.listener.PacketAddresses;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.ReferenceChecksums;
import dev.adit.fuzz.SegmentInvariants;
import dev.adit.fuzz.Target;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.Ecn;
import dev.adit.ip.header.IcmpUnreachable;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A packet inside the tunnel, in memory that ends where it does. Whoever looks at it reads nothing
/// beyond it and changes nothing that is not his.
public final class PacketFuzz implements Target {
    private final SegmentInvariants segments = new SegmentInvariants();

    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        int outer = input.u8(), segmentSize = input.u16(), filling = input.u16();
        boolean filled = input.below(4) == 3;
        byte[] head = input.rest();
        byte[] packet = Arrays.copyOf(head, head.length + (filled ? filling : 0));

        MemorySegment slab = MemorySegment.ofArray(packet);
        int version = IpPacket.version(slab, 0, packet.length);
        int total = IpPacket.totalLength(slab, 0, packet.length);
        assertThat(total).isBetween(-1, packet.length);
        segments.check(packet, segmentSize);
        if (version == 0) {
            assertThat(total).isEqualTo(-1);
            return;
        }
        closesLoop(packet, segmentSize);
        unreachable(packet);
        if (total > 0) congestion(Arrays.copyOf(packet, total), outer);
    }

    private static void closesLoop(byte[] packet, int port) {
        MemorySegment slab = MemorySegment.ofArray(packet);
        for (Endpoint to : new Endpoint[] {V4, V6}) {
            boolean loop = RoutingLoop.closes(slab, 0, packet.length, port, to);
            if (loop)
                assertThat(PacketAddresses.destination(slab, 0)).isEqualTo(to.address().toString());
        }
        assertThat(PacketAddresses.source(slab, 0)).isNotEmpty();
    }

    /// The error quotes the packet, and there is none about an error.
    private static void unreachable(byte[] packet) {
        byte[] before = packet.clone();
        byte[] error = new byte[IcmpUnreachable.MAX_LENGTH];
        int length = write(packet, error);
        assertThat(packet).isEqualTo(before);
        if (length == 0) return;
        error = Arrays.copyOf(error, length);
        boolean v6 = packet[0] >> 4 == 6;
        int header = v6 ? 40 : 20, addresses = v6 ? 8 : 12, bytes = v6 ? 16 : 4;
        int quoted = length - header - 8;
        assertThat(Arrays.equals(error, header + 8, length, packet, 0, quoted)).isTrue();
        assertThat(
                        Arrays.equals(
                                error,
                                addresses,
                                addresses + bytes,
                                packet,
                                addresses + bytes,
                                addresses + 2 * bytes))
                .isTrue();
        assertThat(length).isLessThanOrEqualTo(v6 ? 1280 : 576);
        assertThat(total(error)).isEqualTo(length);
        if (v6) assertThat(ReferenceChecksums.rightTransport(error, header, 58)).isTrue();
        else
            assertThat(
                            ReferenceChecksums.rightHeader(error)
                                    && ReferenceChecksums.right(error, header))
                    .isTrue();
        assertThat(write(error, new byte[IcmpUnreachable.MAX_LENGTH])).isZero();
    }

    private static int write(byte[] packet, byte[] out) {
        return IcmpUnreachable.write(
                MemorySegment.ofArray(packet), 0, packet.length, MemorySegment.ofArray(out), 0);
    }

    private static int total(byte[] packet) {
        return IpPacket.totalLength(MemorySegment.ofArray(packet), 0, packet.length);
    }

    /// The ECN field changes as RFC 6040 says, and a right checksum stays right.
    private static void congestion(byte[] packet, int outer) {
        byte[] marked = packet.clone();
        MemorySegment slab = MemorySegment.ofArray(marked);
        int before = IpPacket.trafficClass(slab, 0);
        Ecn.decapsulate(outer, slab, 0);
        int inner = before & 3, after = IpPacket.trafficClass(slab, 0);
        boolean capable = inner == 1 || inner == 2;
        boolean told = capable && ((outer & 3) == 3 || (outer & 3) == 1);
        assertThat(after).isEqualTo(told ? before & ~3 | outer & 3 : before);
        boolean v4 = packet[0] >> 4 == 4;
        int header = (packet[0] & 15) * 4;
        if (v4
                && header >= 20
                && header <= packet.length
                && ReferenceChecksums.rightHeader(packet)) {
            assertThat(ReferenceChecksums.rightHeader(marked)).isTrue();
        }
        int changed = v4 ? 12 : 2;
        assertThat(Arrays.equals(packet, changed, packet.length, marked, changed, marked.length))
                .isTrue();
        assertThat(Ecn.encapsulate(after)).isBetween(0, 2);
    }

    private static final Endpoint V4 = new Endpoint(IpAddress.v4(0x0a000001), 51820);
    private static final Endpoint V6 = new Endpoint(IpAddress.v6(0xfd00L << 48, 1), 51820);
}
