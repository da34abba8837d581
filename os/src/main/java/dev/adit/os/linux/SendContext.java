package dev.adit.os.linux;

import dev.adit.os.ffi.Cmsg;
import dev.adit.os.ffi.MsgHdrs;
import dev.adit.os.ffi.PollFds;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;
import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.address.IpAddress;
import dev.adit.protocol.packet.PacketBatch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The structures of one `sendmmsg`, filled anew for each call. Each thread has its own.
///
/// Messages to one endpoint share its address, and those with the same traffic class in a row share
/// their control messages. With `UDP_SEGMENT` such a row, if of equal lengths, would become one
/// message of several buffers with one more control message.
final class SendContext {
    private static final ThreadLocal<SendContext> CURRENT =
            ThreadLocal.withInitial(SendContext::new);

    private final MsgHdrs messages;
    private final MemorySegment name;
    private final MemorySegment control;
    private final PollFds writable;

    private SendContext() {
        Arena arena = Arena.ofAuto();
        messages = new MsgHdrs(arena, MAX_MESSAGES);
        name = arena.allocate(SockAddr.INET6_BYTES, Long.BYTES);
        control = arena.allocate((long) MAX_MESSAGES * CONTROL_BYTES, Long.BYTES);
        writable = new PollFds(arena, 2);
        for (int i = 0; i < MAX_MESSAGES; i++) messages.name(i, name.address());
    }

    /// The calling thread's own.
    static SendContext current() {
        return CURRENT.get();
    }

    /// Makes messages of the entries from `from` on, as many as fit; returns how many.
    int fill(PacketBatch packets, int from, int to, Endpoint endpoint) {
        int count = Math.min(to - from, MAX_MESSAGES);
        int nameLength = setName(endpoint);
        long memory = packets.memory().address();
        int trafficClass = -1;
        long controlAt = 0;
        int controlLength = 0;
        for (int i = 0; i < count; i++) {
            int entry = from + i;
            if (packets.trafficClass(entry) != trafficClass) {
                trafficClass = packets.trafficClass(entry);
                controlAt = (long) i * CONTROL_BYTES;
                controlLength = setControl(controlAt, endpoint, trafficClass);
            }
            messages.buffer(i, memory + packets.offset(entry), packets.length(entry));
            messages.nameLength(i, nameLength);
            messages.control(i, control.address() + controlAt);
            messages.controlLength(i, (long) controlLength);
        }
        return count;
    }

    /// Where message `i` starts in memory.
    long address(int i) {
        return messages.address(i);
    }

    /// Waits until the socket takes more, or is closed.
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
    private int setControl(long start, Endpoint to, int trafficClass) {
        long at = start;
        IpAddress source = to.source();
        if (to.address().v6()) {
            if (trafficClass != 0) {
                at = Cmsg.setInt(control, at, V6, SockOpt.IPV6_TCLASS, trafficClass);
            }
            if (source != null) {
                at =
                        Cmsg.setPktInfo6(
                                control, at, source.high(), source.low(), to.sourceInterface());
            }
        } else {
            if (trafficClass != 0) {
                at = Cmsg.setInt(control, at, V4, SockOpt.IP_TOS, trafficClass);
            }
            if (source != null) {
                int address = (int) (source.high() >>> 32);
                at = Cmsg.setPktInfo(control, at, address, to.sourceInterface());
            }
        }
        return (int) (at - start);
    }

    /// Messages sent by one call.
    static final int MAX_MESSAGES = 128;

    private static final int CONTROL_BYTES = 96;
    private static final int V4 = SockOpt.IPPROTO_IP;
    private static final int V6 = SockOpt.IPPROTO_IPV6;
    private static final int NEVER = -1;
}
