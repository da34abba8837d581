package dev.adit.os.linux;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.os.ffi.Cmsg;
import dev.adit.os.ffi.MsgHdrs;
import dev.adit.os.ffi.PollFds;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The native structures of a `sendmmsg` call, refilled for each call. Each thread has its own.
///
/// Messages to one endpoint share its address. Consecutive entries without a gap, with the same
/// traffic class, hop limit and length except for a shorter last one, become one message with
/// `UDP_SEGMENT`, which the kernel cuts again.
final class SendmmsgContext {
    private static final ThreadLocal<SendmmsgContext> CURRENT =
            ThreadLocal.withInitial(SendmmsgContext::new);

    private final MsgHdrs messages;
    private final MemorySegment name;
    private final MemorySegment control;
    private final PollFds writable;
    private final int[] firstEntry = new int[MAX_MESSAGES + 1];
    private final int[] segmentSize = new int[MAX_MESSAGES];

    private SendmmsgContext() {
        Arena arena = Arena.ofAuto();
        messages = new MsgHdrs(arena, MAX_MESSAGES);
        name = arena.allocate(SockAddr.INET6_BYTES, Long.BYTES);
        control = arena.allocate((long) MAX_MESSAGES * CONTROL_BYTES, Long.BYTES);
        writable = new PollFds(arena, 2);
        for (int i = 0; i < MAX_MESSAGES; i++) messages.name(i, name.address());
    }

    /// The calling thread's instance.
    static SendmmsgContext current() {
        return CURRENT.get();
    }

    /// Makes messages of the entries from `from` on, as many as fit; returns their number.
    ///
    /// @param exit the index of the interface to name with the endpoint's source, or 0
    /// @param limit decides which entries may share a message, or null when none may
    int fill(
            PacketBatch packets,
            int from,
            int to,
            Endpoint endpoint,
            int exit,
            @Nullable SegmentLimit limit) {
        int nameLength = setName(endpoint);
        long memory = packets.memory().address();
        firstEntry[0] = from;
        int count = 0;
        for (int at = from; at < to && count < MAX_MESSAGES; count++) {
            int end = limit == null ? at + 1 : endOfRun(packets, at, to, limit);
            int last = end - 1;
            int bytes = packets.offset(last) + packets.length(last) - packets.offset(at);
            segmentSize[count] = end - at == 1 ? 0 : packets.length(at);
            firstEntry[count + 1] = end;
            messages.buffer(count, memory + packets.offset(at), bytes);
            messages.nameLength(count, nameLength);
            long controlAt = (long) count * CONTROL_BYTES;
            messages.control(count, control.address() + controlAt);
            messages.controlLength(
                    count,
                    (long)
                            setControl(
                                    controlAt,
                                    endpoint,
                                    exit,
                                    packets.trafficClass(at),
                                    packets.hopLimit(at),
                                    segmentSize[count]));
            at = end;
        }
        return count;
    }

    /// The first entry after `from` that cannot be in the same message.
    private static int endOfRun(PacketBatch packets, int from, int to, SegmentLimit limit) {
        int size = packets.length(from);
        int end = from + 1;
        if (size == 0 || !limit.allows(size)) return end;
        int bytes = size;
        int most = Math.min(to, from + MAX_SEGMENTS);
        while (end < most
                && packets.length(end - 1) == size
                && packets.length(end) <= size
                && packets.length(end) > 0
                && packets.offset(end) == packets.offset(end - 1) + size
                && packets.trafficClass(end) == packets.trafficClass(from)
                && packets.hopLimit(end) == packets.hopLimit(from)
                && bytes + packets.length(end) <= MAX_BYTES) {
            bytes += packets.length(end++);
        }
        return end;
    }

    /// The address of message `i` in memory.
    long address(int i) {
        return messages.address(i);
    }

    /// The first entry of message `i`; for the message after the last, the first entry not in any
    /// message.
    int firstEntry(int i) {
        return firstEntry[i];
    }

    /// The size that the kernel shall cut message `i` to, or 0 when it is one datagram.
    int segmentSize(int i) {
        return segmentSize[i];
    }

    /// Waits until the socket accepts more, or is closed.
    void awaitRoom(int fd, Wakeup wakeup) {
        writable.set(0, fd, PollFds.POLLOUT);
        writable.set(1, wakeup.fd(), PollFds.POLLIN);
        writable.await(NEVER);
    }

    private int setName(Endpoint to) {
        IpAddress address = to.address();
        if (address.v6()) {
            SockAddr.setInet6(name, 0, address.high(), address.low(), to.port(), to.scope());
            return SockAddr.INET6_BYTES;
        }
        SockAddr.setInet(name, 0, (int) (address.high() >>> 32), to.port());
        return SockAddr.INET_BYTES;
    }

    /// Writes the control messages; returns their length.
    private int setControl(
            long start, Endpoint to, int exit, int trafficClass, int hops, int segment) {
        long at = start;
        if (segment != 0) {
            at = Cmsg.setShort(control, at, SockOpt.SOL_UDP, SockOpt.UDP_SEGMENT, segment);
        }
        IpAddress source = to.source();
        if (to.address().v6()) {
            if (trafficClass != 0) {
                at = Cmsg.setInt(control, at, V6, SockOpt.IPV6_TCLASS, trafficClass);
            }
            if (hops != 0) at = Cmsg.setInt(control, at, V6, SockOpt.IPV6_HOPLIMIT, hops);
            if (source != null) {
                at = Cmsg.setPktInfo6(control, at, source.high(), source.low(), exit);
            }
        } else {
            if (trafficClass != 0) {
                at = Cmsg.setInt(control, at, V4, SockOpt.IP_TOS, trafficClass);
            }
            if (hops != 0) at = Cmsg.setInt(control, at, V4, SockOpt.IP_TTL, hops);
            if (source != null) {
                int address = (int) (source.high() >>> 32);
                at = Cmsg.setPktInfo(control, at, address, exit);
            }
        }
        return (int) (at - start);
    }

    /// The most messages sent by one call.
    static final int MAX_MESSAGES = 128;

    private static final int MAX_SEGMENTS = 64; // the most that every kernel cuts
    private static final int MAX_BYTES = 65_507; // a datagram's
    private static final int CONTROL_BYTES = 128;
    private static final int V4 = SockOpt.IPPROTO_IP;
    private static final int V6 = SockOpt.IPPROTO_IPV6;
    private static final int NEVER = -1;
}
