package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Cmsg;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.MsgHdrs;
import dev.adit.os.ffi.PollFds;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;

/// Receives all datagrams waiting at one socket with one system call. Confined to the receiving
/// thread, but the bind may be closed meanwhile.
///
/// The memory of a batch is divided into slots of equal size. The structures of the system call
/// point into them and stay unchanged while the same batch is used again. With `UDP_GRO` a slot is
/// 64 KiB, and a control message gives the size of the segments; few slots are used then, so that
/// the datagrams are still in the cache when they are opened.
final class UdpReceiver implements Bind.Receiver {
    private final int fd;
    private final boolean merged;
    private final UseCount uses;
    private final MsgHdrs messages;
    private final MemorySegment control;
    private final PollFds readable;
    private final PollFds closing;
    private @Nullable PacketBatch batch; // the one that `messages` points into
    private int stride;
    private int slots;
    private int used; // number of `messages` used by the last call

    /// @param arena lives until the use count is closed and zero
    UdpReceiver(Arena arena, LinuxUdpSocket socket, UseCount uses, Wakeup wakeup) {
        fd = socket.fd();
        merged = socket.offloads().contains(Offload.UDP_GRO);
        this.uses = uses;
        messages = new MsgHdrs(arena, MAX_MESSAGES);
        control = arena.allocate((long) MAX_MESSAGES * CONTROL_BYTES, Long.BYTES);
        readable = new PollFds(arena, 2);
        readable.set(0, fd, PollFds.POLLIN);
        readable.set(1, wakeup.fd(), PollFds.POLLIN);
        closing = new PollFds(arena, 1);
        closing.set(0, wakeup.fd(), PollFds.POLLIN);
    }

    @Override
    public int datagrams() {
        return merged ? MAX_MERGED : MAX_LONGEST;
    }

    @Override
    public void receive(PacketBatch into) throws IOException {
        if (!uses.enter()) throw new ClosedChannelException();
        try {
            into.clear();
            if (into != batch) aim(into);
            while (true) {
                ready(used);
                Libc libc = Libc.current();
                used = libc.recvmmsg(fd, messages.address(0), slots, MsgHdrs.MSG_DONTWAIT);
                if (used > 0) {
                    for (int i = 0; i < used; i++) collect(into, i);
                    return;
                }
                await(libc.errno());
                if (uses.isClosed()) throw new ClosedChannelException();
            }
        } finally {
            uses.leave();
        }
    }

    /// Points the messages into a batch.
    private void aim(PacketBatch into) {
        int bytes = (int) into.memory().byteSize();
        int fair = merged ? MAX_STRIDE : bytes / Math.max(1, into.capacity());
        int wanted = Math.clamp(fair, PacketBatch.HEADROOM + MIN_ROOM, MAX_STRIDE);
        stride = Math.min(wanted, bytes) & -ALIGNMENT;
        if (stride <= PacketBatch.HEADROOM || into.capacity() == 0) {
            throw new IllegalArgumentException("a batch without room");
        }
        int most = merged ? MAX_MERGED : MAX_MESSAGES;
        slots = Math.min(most, Math.min(into.capacity(), bytes / stride));
        long memory = into.memory().address() + PacketBatch.HEADROOM;
        for (int i = 0; i < slots; i++) {
            messages.buffer(i, memory + (long) i * stride, stride - PacketBatch.HEADROOM);
            messages.name(i, into.addresses().address() + DatagramAddresses.at(i));
            messages.control(i, control.address() + controlAt(i));
        }
        batch = into;
        used = slots;
    }

    /// Restores the lengths that the system has overwritten in the first `count` messages.
    private void ready(int count) {
        for (int i = 0; i < count; i++) {
            messages.nameLength(i, SockAddr.INET6_BYTES);
            messages.controlLength(i, CONTROL_BYTES);
        }
    }

    private void collect(PacketBatch into, int i) {
        MemorySegment addresses = into.addresses();
        long entry = DatagramAddresses.at(i);
        long at = controlAt(i);
        long end = at + messages.controlLength(i);
        int trafficClass = 0;
        int segmentSize = 0;
        DatagramAddresses.setLocal(addresses, entry, 0, 0, 0);
        while (Cmsg.present(control, at, end)) {
            long key = Cmsg.key(control, at);
            long data = Cmsg.data(at);
            if (key == TOS) trafficClass = control.get(JAVA_BYTE, data) & 0xff;
            else if (key == TCLASS) trafficClass = control.get(JAVA_INT_UNALIGNED, data) & 0xff;
            else if (key == GRO) segmentSize = control.get(JAVA_INT_UNALIGNED, data);
            else if (key == PKTINFO) setLocal(addresses, entry, data);
            else if (key == PKTINFO6) setLocal6(addresses, entry, data);
            at = Cmsg.next(control, at);
        }
        boolean whole = (messages.flags(i) & MsgHdrs.MSG_TRUNC) == 0;
        int length = whole ? messages.length(i) : TRUNCATED;
        if (segmentSize < 0 || segmentSize >= length) segmentSize = 0;
        into.add(i * stride + PacketBatch.HEADROOM, length, segmentSize, trafficClass);
    }

    private void setLocal(MemorySegment addresses, long entry, long data) {
        long high = (long) Cmsg.pktInfoSource(control, data) << 32;
        DatagramAddresses.setLocal(addresses, entry, high, 0, Cmsg.pktInfoIndex(control, data));
    }

    private void setLocal6(MemorySegment addresses, long entry, long data) {
        DatagramAddresses.setLocal(
                addresses,
                entry,
                Cmsg.pktInfo6High(control, data),
                Cmsg.pktInfo6Low(control, data),
                Cmsg.pktInfo6Index(control, data));
    }

    /// Waits until receiving may succeed again after it failed with `errno`.
    private void await(int errno) throws IOException {
        used = 0; // a call that received nothing has overwritten nothing
        switch (errno) {
            case Errno.EAGAIN -> readable.await(NEVER);
            case Errno.EINTR -> {}
            case Errno.EBADF, Errno.EINVAL, Errno.ENOTSOCK, Errno.EFAULT ->
                    throw ErrnoExceptions.of("recvmmsg", errno);
            // Memory is short, or the network reports an error of its own: both pass.
            default -> closing.await(PAUSE);
        }
    }

    private static long controlAt(int i) {
        return (long) i * CONTROL_BYTES;
    }

    /// The most messages received by one call.
    static final int MAX_MESSAGES = 128;

    /// The most messages when each may be many datagrams.
    static final int MAX_MERGED = 8;

    /// The most messages when each is one datagram, of the maximum length.
    private static final int MAX_LONGEST = 64;

    /// The room for a datagram, if the batch has that much.
    static final int MIN_ROOM = 2048;

    private static final int MAX_STRIDE = PacketBatch.HEADROOM + (1 << 16);
    private static final int ALIGNMENT = 16;
    private static final int CONTROL_BYTES = 96;
    private static final int NEVER = -1;
    private static final int PAUSE = 10; // milliseconds
    private static final long TOS = Cmsg.key(SockOpt.IPPROTO_IP, SockOpt.IP_TOS);
    private static final long TCLASS = Cmsg.key(SockOpt.IPPROTO_IPV6, SockOpt.IPV6_TCLASS);
    private static final long PKTINFO = Cmsg.key(SockOpt.IPPROTO_IP, SockOpt.IP_PKTINFO);
    private static final long GRO = Cmsg.key(SockOpt.SOL_UDP, SockOpt.UDP_GRO);
    private static final long PKTINFO6 = Cmsg.key(SockOpt.IPPROTO_IPV6, SockOpt.IPV6_PKTINFO);
}
