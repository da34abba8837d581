package dev.adit.os.linux;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.PollFds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;

/// One queue of a TUN interface. Confined to the thread that reads it, but the TUN may be closed
/// meanwhile.
final class TunQueue implements Tun.Reader {
    private final TunDescriptor tun;
    private final Offloads offloads;
    private final UseCount uses;
    private final PollFds readable = new PollFds(Arena.ofAuto(), 2);
    private final PollFds trouble = new PollFds(Arena.ofAuto(), 2);

    /// @param offloads those of the whole TUN
    /// @param uses closed before the descriptor is
    /// @param wakeup signalled then
    TunQueue(TunDescriptor tun, Offloads offloads, UseCount uses, Wakeup wakeup) {
        this.tun = tun;
        this.offloads = offloads;
        this.uses = uses;
        readable.set(TUN, tun.fd(), PollFds.POLLIN);
        readable.set(WAKEUP, wakeup.fd(), PollFds.POLLIN);
        trouble.set(TUN, tun.fd(), 0);
        trouble.set(WAKEUP, wakeup.fd(), PollFds.POLLIN);
    }

    /// Reads as [Tun#read]. Each packet starts at a multiple of 16 bytes.
    ///
    /// @throws IllegalArgumentException when the batch has no room for a packet of 64 KiB
    @Override
    public void read(PacketBatch into) throws IOException {
        if (into.memory().byteSize() < PacketBatch.HEADROOM + ROOM) {
            throw new IllegalArgumentException("a batch for a TUN needs 64 KiB and headroom");
        }
        if (!uses.enter()) throw new ClosedChannelException();
        try {
            into.clear();
            while (true) {
                int errno = fill(into);
                if (into.size() > 0) return;
                await(errno);
                if (uses.isClosed()) throw new ClosedChannelException();
            }
        } finally {
            uses.leave();
        }
    }

    /// Reads until no packet waits or the batch is full; returns the error that ended it, or 0.
    private int fill(PacketBatch into) {
        Libc libc = Libc.current();
        MemorySegment memory = into.memory();
        int header = tun.headerBytes();
        int at = PacketBatch.HEADROOM;
        while (!into.isFull() && memory.byteSize() - at >= ROOM) {
            long start = memory.address() + at - header;
            int bytes = (int) libc.read(tun.fd(), start, MAX_PACKET + header);
            if (bytes > header) {
                if (!add(into, at, bytes - header)) continue;
                at = (at + bytes - header + PacketBatch.HEADROOM + ALIGNMENT - 1) & -ALIGNMENT;
            } else if (bytes >= 0) {
                return Errno.EIO;
            } else if (libc.errno() != Errno.EINTR) {
                return libc.errno();
            }
        }
        return 0;
    }

    /// Adds the packet at `at`, after doing or noting the work that its header asks for. Returns
    /// false when the header is invalid.
    private boolean add(PacketBatch into, int at, int length) {
        int segmentSize = 0;
        if (tun.headerBytes() > 0) {
            segmentSize = VirtioNetHeader.settle(into.memory(), at - VirtioNetHeader.BYTES, length);
            if (segmentSize < 0) return refuse(into.memory(), at - VirtioNetHeader.BYTES);
        }
        into.add(at, length, segmentSize, 0);
        return true;
    }

    /// Drops a packet with an invalid header and returns false. A kernel that passes on such
    /// super-packets has to cut them itself.
    private boolean refuse(MemorySegment memory, int header) {
        if (!VirtioNetHeader.isPlain(memory, header)) {
            tun.endSuperPackets();
            offloads.giveUp(Offload.TUN_TSO, NONSENSE);
            offloads.giveUp(Offload.TUN_USO, NONSENSE);
        }
        return false;
    }

    /// Waits until reading may succeed again after it failed with `errno`.
    private void await(int errno) throws IOException {
        switch (errno) {
            case Errno.EAGAIN -> {
                readable.await(NEVER);
                boolean error = (readable.events(TUN) & ~PollFds.POLLIN) != 0;
                if (error && !uses.isClosed()) throw ErrnoExceptions.of("poll", Errno.EBADFD, GONE);
            }
            // Some kernels return this while the interface is down, and no event announces the end.
            case Errno.EIO -> trouble.await(DOWN_PAUSE);
            case Errno.EBADFD -> throw ErrnoExceptions.of("read", errno, GONE);
            // The interface exists but cannot be read: a failure, not a removal.
            default -> throw new UncheckedIOException("TUN", ErrnoExceptions.of("read", errno));
        }
    }

    /// Releases the descriptor. No thread may read any more.
    void close() {
        tun.close();
    }

    private static final String NONSENSE = "a super-packet had an invalid header";
    private static final String GONE = "the interface is gone";
    private static final int MAX_PACKET = 1 << 16;
    private static final int ROOM = MAX_PACKET;
    private static final int ALIGNMENT = 16;
    private static final int TUN = 0;
    private static final int WAKEUP = 1;
    private static final int NEVER = -1;
    private static final int DOWN_PAUSE = 100; // milliseconds
}
