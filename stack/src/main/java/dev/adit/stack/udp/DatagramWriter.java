package dev.adit.stack.udp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.memory.RecordQueue;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.stats.Counter;

import java.lang.foreign.MemorySegment;

/// Writes datagrams, in fragments where they are larger than the path takes (RFC 791 §3.2, RFC 8200
/// §4.5). Guarded by its port.
final class DatagramWriter {
    private final UdpLayer context;
    private final RecordQueue queue;
    private int done; // bytes behind the IP header that went out as fragments
    private int id;

    DatagramWriter(UdpLayer context, RecordQueue queue) {
        this.context = context;
        this.queue = queue;
    }

    /// Writes the oldest datagram of the queue.
    ///
    /// @return false when the batch is full before all of it is written
    boolean write(
            long now,
            PacketWriter out,
            IpAddress source,
            int port,
            IpAddress destination,
            int destinationPort) {
        int length = TransportHeader.UDP_HEADER + queue.length();
        int ip = IpWriter.headerLength(source.v6());
        int mtu = context.pathMtus.get(now, destination);
        if (done == 0 && ip + length <= mtu) {
            return writeWhole(out, source, port, destination, destinationPort, length);
        }
        if (done == 0) id = context.fragmentId();
        int extension = source.v6() ? FRAGMENT_HEADER : 0;
        int most = (mtu - ip - extension) & -UNIT;
        while (done < length) {
            int n = Math.min(most, length - done);
            if (out.room() < ip + extension + n) return false;
            long at = out.at() + ip + extension;
            writePart(out.memory(), at, port, destinationPort, source, destination, length, n);
            writeFragmentHeader(out, source, destination, n, done + n < length);
            out.add(ip + extension + n, 0, trafficClass());
            context.counters.count(Counter.FRAGMENTS_SENT);
            done += n;
        }
        done = 0;
        return true;
    }

    private boolean writeWhole(
            PacketWriter out,
            IpAddress source,
            int port,
            IpAddress destination,
            int destinationPort,
            int length) {
        int ip = IpWriter.headerLength(source.v6());
        if (out.room() < ip + length) return false;
        MemorySegment memory = out.memory();
        long at = out.at();
        // May be cut on its way in IPv4 (no DF), so its identification has to be new.
        int label = source.v6() ? 0 : context.fragmentId();
        int traffic = trafficClass();
        IpWriter.write(memory, at, source, destination, IpPacket.UDP, length, traffic, label, 0);
        memory.set(ByteOrders.BE32, at + ip, port << 16 | destinationPort);
        memory.set(ByteOrders.BE32, at + ip + TransportHeader.UDP_LENGTH, length << 16);
        queue.copy(
                0,
                memory,
                at + ip + TransportHeader.UDP_HEADER,
                length - TransportHeader.UDP_HEADER);
        out.add(ip + length, Math.max(1, length - TransportHeader.UDP_HEADER), traffic);
        return true;
    }

    /// That of the oldest datagram of the queue.
    private int trafficClass() {
        return (int) (queue.fact(2) >>> UdpSocket.TRAFFIC_CLASS) & 0xff;
    }

    private void writePart(
            MemorySegment out,
            long at,
            int port,
            int destinationPort,
            IpAddress source,
            IpAddress destination,
            int length,
            int n) {
        int header = 0;
        if (done == 0) {
            header = TransportHeader.UDP_HEADER;
            out.set(ByteOrders.BE32, at, port << 16 | destinationPort);
            out.set(ByteOrders.BE32, at + TransportHeader.UDP_LENGTH, length << 16);
            int checksum = ~Checksum.fold(sum(source, destination, port, destinationPort, length));
            checksum &= 0xffff;
            out.set(
                    ByteOrders.BE16,
                    at + TransportHeader.UDP_CHECKSUM,
                    (short) (checksum == 0 ? 0xffff : checksum));
        }
        int from = Math.max(0, done - TransportHeader.UDP_HEADER);
        queue.copy(from, out, at + header, n - header);
    }

    /// The sum of payload, UDP header and pseudo header.
    private long sum(IpAddress source, IpAddress destination, int port, int toPort, int length) {
        long payload = queue.fact(2) >>> 32;
        return payload
                + words(source)
                + words(destination)
                + IpPacket.UDP
                + 2L * length
                + port
                + toPort;
    }

    private static long words(IpAddress address) {
        long high = address.high(), low = address.low();
        return (high >>> 48)
                + (high >>> 32 & 0xffff)
                + (high >>> 16 & 0xffff)
                + (high & 0xffff)
                + (low >>> 48)
                + (low >>> 32 & 0xffff)
                + (low >>> 16 & 0xffff)
                + (low & 0xffff);
    }

    private void writeFragmentHeader(
            PacketWriter out, IpAddress source, IpAddress destination, int n, boolean more) {
        if (!source.v6()) {
            int field = done / UNIT | (more ? MORE_V4 : 0);
            IpWriter.write(
                    out.memory(),
                    out.at(),
                    source,
                    destination,
                    IpPacket.UDP,
                    n,
                    trafficClass(),
                    id,
                    field);
            return;
        }
        int payload = FRAGMENT_HEADER + n;
        IpWriter.write(
                out.memory(),
                out.at(),
                source,
                destination,
                FRAGMENT,
                payload,
                trafficClass(),
                0,
                0);
        long at = out.at() + IpPacket.V6_HEADER;
        out.memory().set(ByteOrders.BE32, at, IpPacket.UDP << 24 | done | (more ? 1 : 0));
        out.memory().set(ByteOrders.BE32, at + 4, id);
    }

    private static final int UNIT = 8;
    private static final int FRAGMENT_HEADER = 8;
    private static final int FRAGMENT = 44;
    private static final int MORE_V4 = 0x2000;
}
