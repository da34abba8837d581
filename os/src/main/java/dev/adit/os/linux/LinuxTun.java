package dev.adit.os.linux;

import dev.adit.device.io.ErrnoException;
import dev.adit.device.io.Offload;
import dev.adit.device.io.Tun;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.PollFds;
import dev.adit.protocol.packet.PacketBatch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.Set;

/// A TUN interface of Linux.
///
/// One thread reads, any number write, one calls [#watch]; the rest is thread-safe. The interface
/// may be renamed, or moved to another network namespace, without any of this noticing.
final class LinuxTun implements Tun {
    private final TunDescriptor tun;
    private final Offloads offloads = new Offloads();
    private final Gate gate = new Gate();
    private final Wakeup wakeup;
    private final PollFds readable = new PollFds(Arena.ofAuto(), 2); // of the reading thread
    private final PollFds trouble = new PollFds(Arena.ofAuto(), 2); // likewise
    private volatile String lastName;
    private volatile int lastMtu;
    private volatile Thread watcher;

    /// Takes over `tun`, unless it fails.
    LinuxTun(TunDescriptor tun) throws ErrnoException {
        this.tun = tun;
        lastName = tun.name();
        lastMtu = Links.mtu(tun);
        wakeup = new Wakeup();
        readable.set(TUN, tun.fd(), PollFds.POLLIN);
        readable.set(WAKEUP, wakeup.fd(), PollFds.POLLIN);
        trouble.set(TUN, tun.fd(), 0);
        trouble.set(WAKEUP, wakeup.fd(), PollFds.POLLIN);
        tun.enableOffloads(offloads);
    }

    @Override
    public Set<Offload> offloads() {
        return offloads.snapshot();
    }

    /// Asks the kernel; once the interface is gone, its last known name.
    @Override
    public String name() {
        if (!gate.enter()) return lastName;
        try {
            return lastName = tun.name();
        } catch (ErrnoException gone) {
            return lastName;
        } finally {
            gate.leave();
        }
    }

    /// Asks the kernel; once the interface is gone, its last known MTU.
    @Override
    public int mtu() {
        if (!gate.enter()) return lastMtu;
        try {
            return lastMtu = Links.mtu(tun);
        } catch (ErrnoException gone) {
            return lastMtu;
        } finally {
            gate.leave();
        }
    }

    /// As [Tun#read]. Each packet starts at a multiple of 16 bytes.
    ///
    /// @throws IllegalArgumentException when the batch has no room for a packet of 64 KiB
    @Override
    public void read(PacketBatch into) throws IOException {
        if (into.memory().byteSize() < PacketBatch.HEADROOM + ROOM) {
            throw new IllegalArgumentException("a batch for a TUN needs 64 KiB and headroom");
        }
        if (!gate.enter()) throw new ClosedChannelException();
        try {
            into.clear();
            while (true) {
                int errno = fill(into);
                if (into.size() > 0) return;
                await(errno);
                if (gate.isClosed()) throw new ClosedChannelException();
            }
        } finally {
            gate.leave();
        }
    }

    /// Reads until nothing waits or the batch is full; returns the error that ended it, or 0.
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

    /// Adds the packet at `at`, with what its header asks for done or noted. False when that cannot
    /// be understood.
    private boolean add(PacketBatch into, int at, int length) {
        int segmentSize = 0;
        if (tun.headerBytes() > 0) {
            MemorySegment memory = into.memory();
            long header = at - VirtioHeader.BYTES;
            if (VirtioHeader.kind(memory, header) != VirtioHeader.NONE) {
                segmentSize = VirtioHeader.segmentSize(memory, header);
                if (segmentSize == 0) return false;
            } else if (VirtioHeader.needsChecksum(memory, header)
                    && !VirtioHeader.finishChecksum(memory, header, length)) {
                return false;
            }
        }
        into.add(at, length, segmentSize, 0);
        return true;
    }

    /// Waits until reading may succeed where it ended with `errno`.
    private void await(int errno) throws IOException {
        switch (errno) {
            case Errno.EAGAIN -> {
                readable.await(NEVER);
                boolean error = (readable.events(TUN) & ~PollFds.POLLIN) != 0;
                if (error && !gate.isClosed()) throw Failure.of("poll", Errno.EBADFD, GONE);
            }
            // Some kernels say so while the interface is down, and no event announces the end.
            case Errno.EIO -> trouble.await(DOWN_PAUSE);
            case Errno.EBADFD -> throw Failure.of("read", errno, GONE);
            // The interface is there, and of no use: that is nobody's wish.
            default -> throw new UncheckedIOException("TUN", Failure.of("read", errno));
        }
    }

    /// As [Tun#write]. A packet that is no IP packet is not taken, nor is any while the interface
    /// is down.
    @Override
    public int write(PacketBatch packets, int from, int to) throws IOException {
        if (!gate.enter()) throw new ClosedChannelException();
        try {
            return TunWriter.current().write(tun, offloads, packets, from, to);
        } finally {
            gate.leave();
        }
    }

    /// As [Tun#watch].
    ///
    /// @throws IllegalStateException when it is watched already
    /// @throws UncheckedIOException when the system has no netlink socket for it
    @Override
    public synchronized void watch(Listener listener) {
        if (watcher != null) throw new IllegalStateException(lastName + " is watched already");
        try {
            LinkWatch watch = new LinkWatch(tun, gate, wakeup, listener);
            watcher = Thread.ofPlatform().name("adit-" + name() + "-watch").daemon().start(watch);
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As [Tun#close]. Returns when no call to the listener is under way, unless it is called from
    /// the listener.
    @Override
    public void close() {
        if (!gate.close()) return;
        wakeup.signal();
        gate.awaitEmpty();
        tun.close();
        wakeup.close();
        Thread thread = watcher;
        if (thread != null && thread != Thread.currentThread()) join(thread);
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static final String GONE = "the interface is gone";
    private static final int MAX_PACKET = 1 << 16;
    private static final int ROOM = MAX_PACKET;
    private static final int ALIGNMENT = 16;
    private static final int TUN = 0;
    private static final int WAKEUP = 1;
    private static final int NEVER = -1;
    private static final int DOWN_PAUSE = 100; // milliseconds
}
