package dev.adit.stack.sim;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.Stack;
import dev.adit.stack.StackConfig;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.socket.StackEvents;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A stack at [SimPair#A4] and [SimPair#A6] whose peers are packets made by hand.
public final class RawPeer implements AutoCloseable {
    public final Stack stack;
    public long now = 1_000_000_000L;
    private final PacketBatch out = new PacketBatch(128, 256 << 10);
    private final PacketBatch in = new PacketBatch(1, 70_000);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment cut = MemorySegment.ofArray(new byte[65_600]);

    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int ACK = 16;

    /// A TCP segment that the stack sent.
    public record Sent(
            IpAddress to, int port, int flags, int sequence, int acknowledgement, int length) {
        public boolean isSynAck() {
            return (flags & (SYN | ACK)) == (SYN | ACK);
        }
    }

    public RawPeer(long memory) {
        this(memory, StackEvents.NONE);
    }

    public RawPeer(long memory, StackEvents events) {
        StackConfig config = SimPair.configA(1420);
        stack =
                new Stack(
                        new StackConfig(config.addresses(), config.mtu(), memory),
                        new SipHash(5, 6),
                        new Random(7),
                        events);
    }

    /// Lets a TCP segment arrive.
    public void tcp(
            IpAddress from,
            int fromPort,
            int toPort,
            int flags,
            int sequence,
            int acknowledgement,
            int window,
            byte[] options,
            int length) {
        byte[] tcp = new byte[20 + options.length + length];
        MemorySegment m = MemorySegment.ofArray(tcp);
        m.set(ByteOrders.BE16, 0, (short) fromPort);
        m.set(ByteOrders.BE16, 2, (short) toPort);
        m.set(ByteOrders.BE32, 4, sequence);
        m.set(ByteOrders.BE32, 8, acknowledgement);
        tcp[12] = (byte) ((20 + options.length) / 4 << 4);
        tcp[13] = (byte) flags;
        m.set(ByteOrders.BE16, 14, (short) window);
        System.arraycopy(options, 0, tcp, 20, options.length);
        deliver(Packets.ip(from, from.v6() ? SimPair.A6 : SimPair.A4, IpPacket.TCP, 0, tcp));
    }

    /// Lets a packet arrive.
    public void deliver(byte[] packet) {
        in.clear();
        int at = PacketBatch.HEADROOM;
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, in.memory(), at, packet.length);
        in.add(at, packet.length);
        stack.receive(now, in, 0, 1);
    }

    /// All packets that the stack has to send, whole.
    public List<byte[]> packets() {
        List<byte[]> all = new ArrayList<>();
        while (true) {
            out.clear();
            int n = stack.transmit(now, out);
            if (n == 0) return all;
            for (int i = 0; i < n; i++) cut(i, all);
        }
    }

    private void cut(int i, List<byte[]> all) {
        if (out.segmentSize(i) == 0) {
            all.add(out.memory().asSlice(out.offset(i), out.length(i)).toArray(ByteOrders.U8));
            return;
        }
        int count = segmenter.begin(out.memory(), out.offset(i), out.length(i), out.segmentSize(i));
        for (int k = 0; k < count; k++) {
            segmenter.write(k, cut, 0);
            all.add(cut.asSlice(0, segmenter.length(k)).toArray(ByteOrders.U8));
        }
    }

    /// All TCP segments that the stack has to send.
    public List<Sent> segments() {
        List<Sent> all = new ArrayList<>();
        for (byte[] packet : packets()) {
            boolean v6 = SimNetwork.isV6(packet);
            if (packet[v6 ? 6 : 9] != IpPacket.TCP) continue;
            MemorySegment m = MemorySegment.ofArray(packet).asSlice(v6 ? 40 : 20);
            int header = (m.get(ByteOrders.U8, 12) >> 4 & 15) * 4;
            all.add(
                    new Sent(
                            Packets.address(packet, false),
                            m.get(ByteOrders.BE16, 2) & 0xffff,
                            m.get(ByteOrders.U8, 13) & 0xff,
                            m.get(ByteOrders.BE32, 4),
                            m.get(ByteOrders.BE32, 8),
                            (int) m.byteSize() - header));
        }
        return all;
    }

    /// Lets time pass; what the stack sends is dropped.
    public void pass(long nanoseconds) {
        long end = now + nanoseconds;
        while (stack.nextDeadline() <= end) {
            now = Math.max(now, stack.nextDeadline());
            stack.expire(now);
            packets();
        }
        now = end;
    }

    /// Does a handshake with a listener.
    ///
    /// @return the sequence number that the stack's first byte has
    public int establish(IpAddress from, int fromPort, int toPort, int window, byte[] options) {
        tcp(from, fromPort, toPort, SYN, 1000, 0, window, options, 0);
        int first = 0;
        for (Sent sent : segments()) {
            if (sent.isSynAck() && sent.port() == fromPort) first = sent.sequence() + 1;
        }
        tcp(from, fromPort, toPort, ACK, 1001, first, window, new byte[0], 0);
        return first;
    }

    @Override
    public void close() {
        stack.close(now);
        out.close();
        in.close();
    }
}
