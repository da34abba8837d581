package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.adit.ip.header.IpPacket;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Writes super-packets to an interface that is down, to find out whether its kernel would take
/// them. Stateless.
///
/// The kernel looks at the header of a packet before it looks at the interface: a packet that it
/// refuses is invalid, and one that it would take fails as every packet does there. So nothing
/// leaves the descriptor, and no address, route or second interface is needed; the interface counts
/// the packets as dropped.
///
/// Refusals that happen only once the interface is up are noticed by [TunWriter], which loses
/// nothing by them.
final class TunSelfTest {
    /// Gives up the offloads that the kernel refuses.
    ///
    /// @param fd of an interface that is down, with a `virtio_net_hdr` if `offloads` has any
    static void run(int fd, Offloads offloads) {
        boolean tcp = offloads.contains(Offload.TUN_GRO);
        boolean udp = offloads.contains(Offload.TUN_UDP_GRO);
        if (!tcp && !udp) return;
        try (Arena arena = Arena.ofConfined()) {
            TunSelfTest test = new TunSelfTest(fd, arena.allocate(BYTES));
            int plain = test.write(IpPacket.UDP, false, VirtioNetHeader.NONE);
            if (tcp) test.judge(Offload.TUN_GRO, offloads, plain);
            if (udp) test.judge(Offload.TUN_UDP_GRO, offloads, plain);
        }
    }

    private final int fd;
    private final MemorySegment memory;

    private TunSelfTest(int fd, MemorySegment memory) {
        this.fd = fd;
        this.memory = memory;
    }

    /// @param plain the error for a plain packet
    private void judge(Offload offload, Offloads offloads, int plain) {
        boolean tcp = offload == Offload.TUN_GRO;
        int protocol = tcp ? IpPacket.TCP : IpPacket.UDP;
        for (boolean v6 : new boolean[] {false, true}) {
            int kind = VirtioNetHeader.UDP_L4;
            if (tcp) kind = v6 ? VirtioNetHeader.TCPV6 : VirtioNetHeader.TCPV4;
            int errno = write(protocol, v6, kind);
            if (errno != 0 && errno != plain) {
                offloads.giveUp(offload, "self-test: write: " + Errno.text(errno));
            }
        }
    }

    /// Writes a plain packet, or a super-packet of that kind; returns the error, or 0.
    private int write(int protocol, boolean v6, int kind) {
        boolean tcp = protocol == IpPacket.TCP;
        int transport = v6 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
        int headers = transport + (tcp ? TCP_HEADER : UDP_HEADER);
        boolean plain = kind == VirtioNetHeader.NONE;
        int length = headers + (plain ? 1 : PAYLOAD);
        memory.fill((byte) 0);
        if (!plain) {
            int checksum = tcp ? TunWriter.TCP_CHECKSUM : TunWriter.UDP_CHECKSUM;
            VirtioNetHeader.set(memory, 0, kind, headers, SEGMENT, transport, checksum);
        }
        if (v6) setInet6(protocol, length);
        else setInet(protocol, length);
        long at = VirtioNetHeader.BYTES + transport;
        if (tcp) memory.set(JAVA_BYTE, at + TCP_DATA_OFFSET, (byte) (TCP_HEADER << 2));
        else memory.set(BE16, at + UDP_LENGTH, (short) (length - transport));
        Libc libc = Libc.current();
        long written = libc.write(fd, memory.address(), VirtioNetHeader.BYTES + length);
        return written < 0 ? libc.errno() : 0;
    }

    // From loopback to loopback, which no host accepts from outside, should the interface be set up
    // at this very moment.

    private void setInet(int protocol, int length) {
        long at = VirtioNetHeader.BYTES;
        memory.set(JAVA_BYTE, at, (byte) 0x45);
        memory.set(BE16, at + IpPacket.V4_TOTAL_LENGTH, (short) length);
        memory.set(JAVA_BYTE, at + IpPacket.V4_PROTOCOL, (byte) protocol);
        memory.set(BE32, at + IpPacket.V4_SOURCE, 0x7f000001);
        memory.set(BE32, at + IpPacket.V4_DESTINATION, 0x7f000001);
    }

    private void setInet6(int protocol, int length) {
        long at = VirtioNetHeader.BYTES;
        memory.set(JAVA_BYTE, at, (byte) 0x60);
        memory.set(BE16, at + IpPacket.V6_PAYLOAD, (short) (length - IpPacket.V6_HEADER));
        memory.set(JAVA_BYTE, at + IpPacket.V6_NEXT_HEADER, (byte) protocol);
        memory.set(JAVA_BYTE, at + IpPacket.V6_SOURCE + 15, (byte) 1);
        memory.set(JAVA_BYTE, at + IpPacket.V6_DESTINATION + 15, (byte) 1);
    }

    // Several full segments and one of a single byte: some kernels refused super-packets that end
    // in less than the space of a checksum.
    private static final int SEGMENT = 1000;
    private static final int PAYLOAD = 5 * SEGMENT + 1;
    private static final int BYTES = VirtioNetHeader.BYTES + IpPacket.V6_HEADER + 20 + PAYLOAD;

    private static final int TCP_HEADER = 20;
    private static final int TCP_DATA_OFFSET = 12;
    private static final int UDP_HEADER = 8;
    private static final int UDP_LENGTH = 4;

    private static final ValueLayout.OfShort BE16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
}
