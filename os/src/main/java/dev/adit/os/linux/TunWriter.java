package dev.adit.os.linux;

import dev.adit.ip.header.Coalescer;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Iovecs;
import dev.adit.os.ffi.Libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Writes packets to a TUN, those of one flow in one piece where possible. Each thread has its own.
final class TunWriter {
    private static final ThreadLocal<TunWriter> CURRENT = ThreadLocal.withInitial(TunWriter::new);

    private final Coalescer coalescer = new Coalescer(CAPACITY);
    private final Iovecs pieces = new Iovecs(Arena.ofAuto(), CAPACITY);

    // Set for the call under way.
    private int[] descriptors = {};
    private int header;

    private TunWriter() {}

    /// The calling thread's instance.
    static TunWriter current() {
        return CURRENT.get();
    }

    /// Writes entries `from` to `to`; returns the number that the kernel took.
    ///
    /// @param descriptors those of the TUN's queues: the answers to packets written to one of them
    ///   can be read from it, so each flow has its own
    /// @param header the size of the `virtio_net_hdr`, or 0 for none
    /// @throws ErrnoException when the interface is gone
    int write(
            int[] descriptors, int header, Offloads offloads, PacketBatch packets, int from, int to)
            throws ErrnoException {
        this.descriptors = descriptors;
        this.header = header;
        MemorySegment slab = packets.memory();
        boolean tcp = offloads.contains(Offload.TUN_GRO);
        boolean udp = offloads.contains(Offload.TUN_UDP_GRO);
        boolean merge = to - from > 1 && (tcp || udp);
        int taken = 0;
        if (!merge) {
            for (int i = from; i < to; i++) {
                if (writeOne(slab, packets.offset(i), packets.length(i))) taken++;
            }
            return taken;
        }
        for (int start = from; start < to; start += CAPACITY) {
            coalescer.begin(slab, tcp, udp);
            int end = Math.min(to, start + CAPACITY);
            for (int i = start; i < end; i++) add(packets.offset(i), packets.length(i), slab);
            for (int g = 0; g < coalescer.groups(); g++) taken += writeGroup(offloads, slab, g);
        }
        return taken;
    }

    private void add(int at, int length, MemorySegment slab) {
        boolean whole = IpPacket.totalLength(slab, at, length) == length;
        if (whole) coalescer.add(at, length);
        else coalescer.addAlone(at, length);
    }

    /// Writes group `g`; returns the number of packets that the kernel took.
    private int writeGroup(Offloads offloads, MemorySegment slab, int g) throws ErrnoException {
        int packets = coalescer.packets(g);
        if (packets > 1) {
            coalescer.merge(g);
            if (writeMerged(slab, g)) return packets;
            coalescer.split(g);
        }
        int taken = 0;
        for (int i = coalescer.first(g); i >= 0; i = coalescer.next(i)) {
            if (writeOne(slab, coalescer.offset(i), coalescer.length(i))) taken++;
        }
        if (packets > 1 && taken == packets) {
            Offload refused = coalescer.isTcp(g) ? Offload.TUN_GRO : Offload.TUN_UDP_GRO;
            offloads.giveUp(refused, "the kernel refuses super-packets but takes their parts");
        }
        return taken;
    }

    private boolean writeMerged(MemorySegment slab, int g) throws ErrnoException {
        int first = coalescer.first(g);
        int headers = coalescer.headers(g);
        long start = coalescer.offset(first) - VirtioNetHeader.BYTES;
        boolean tcp = coalescer.isTcp(g);
        int kind = VirtioNetHeader.UDP_L4;
        if (tcp) kind = coalescer.isV6(g) ? VirtioNetHeader.TCPV6 : VirtioNetHeader.TCPV4;
        VirtioNetHeader.set(
                slab,
                start,
                kind,
                headers,
                coalescer.segmentSize(g),
                coalescer.ipHeader(g),
                tcp ? TCP_CHECKSUM : UDP_CHECKSUM);
        long base = slab.address();
        pieces.set(0, base + start, VirtioNetHeader.BYTES + coalescer.length(first));
        int count = 1;
        for (int i = coalescer.next(first); i >= 0; i = coalescer.next(i)) {
            long payload = base + coalescer.offset(i) + headers;
            pieces.set(count++, payload, coalescer.length(i) - headers);
        }
        Libc libc = Libc.current();
        int fd = descriptor(slab, coalescer.offset(first));
        while (libc.writev(fd, pieces.address(), count) < 0) {
            if (failed(libc.errno())) return false;
        }
        return true;
    }

    private boolean writeOne(MemorySegment slab, int offset, int length) throws ErrnoException {
        Libc libc = Libc.current();
        int fd = descriptor(slab, offset);
        if (header > 0) VirtioNetHeader.clear(slab, (long) offset - header);
        long start = slab.address() + offset - header;
        while (libc.write(fd, start, length + header) < 0) {
            if (failed(libc.errno())) return false;
        }
        return true;
    }

    /// The queue of the flow that the packet at `offset` belongs to.
    private int descriptor(MemorySegment slab, int offset) {
        int count = descriptors.length;
        return count == 1 ? descriptors[0] : descriptors[QueueSelector.of(slab, offset, count)];
    }

    /// Handles an error; false when the call is to be repeated.
    private static boolean failed(int errno) throws ErrnoException {
        if (errno == Errno.EBADFD)
            throw ErrnoExceptions.of("write", errno, "the interface is gone");
        return errno != Errno.EINTR;
    }

    private static final int CAPACITY = 512;
    static final int TCP_CHECKSUM = 16; // offset in the header
    static final int UDP_CHECKSUM = 6;
}
