package dev.adit.os.linux;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Set;

/// A Linux TUN interface.
///
/// One thread reads each queue, any number write, one calls [#watch]; the other methods are
/// thread-safe. They go on working when the interface is renamed or moved to another network
/// namespace.
final class LinuxTun implements Tun {
    private final TunDescriptor tun; // the first queue's
    private final List<TunQueue> queues;
    private final int[] descriptors; // of the queues
    private final Offloads offloads = new Offloads();
    private final UseCount uses = new UseCount();
    private final Wakeup wakeup;
    private final IcmpErrorSockets icmp;
    private volatile String lastName;
    private volatile int lastMtu;
    private volatile int index; // in our namespace; 0 while it is elsewhere or not known
    private volatile @Nullable Thread watcher;

    /// Takes over the descriptors of one interface, unless it fails.
    ///
    /// @param all the descriptors, at least one
    LinuxTun(List<TunDescriptor> all) throws ErrnoException {
        tun = all.getFirst();
        lastName = tun.name();
        LinkQuery.Link link = LinkQuery.find(tun);
        lastMtu = link.mtu();
        wakeup = new Wakeup();
        queues = all.stream().map(queue -> new TunQueue(queue, offloads, uses, wakeup)).toList();
        descriptors = all.stream().mapToInt(TunDescriptor::fd).toArray();
        tun.enableOffloads(offloads);
        if (!link.up()) TunSelfTest.run(tun.fd(), offloads);
        icmp = new IcmpErrorSockets(); // last, as it is not closed when this fails
    }

    @Override
    public Set<Offload> offloads() {
        return offloads.snapshot();
    }

    /// The name from the kernel; once the interface is gone, its last known name.
    @Override
    public String name() {
        if (!uses.enter()) return lastName;
        try {
            return lastName = tun.name();
        } catch (ErrnoException gone) {
            return lastName;
        } finally {
            uses.leave();
        }
    }

    /// The MTU from the kernel; once the interface is gone, its last known MTU.
    @Override
    public int mtu() {
        if (!uses.enter()) return lastMtu;
        try {
            return lastMtu = LinkQuery.find(tun).mtu();
        } catch (ErrnoException gone) {
            return lastMtu;
        } finally {
            uses.leave();
        }
    }

    /// Reads from the first queue, as [Tun#read].
    @Override
    public void read(PacketBatch into) throws IOException {
        queues.getFirst().read(into);
    }

    @Override
    public List<Reader> readers() {
        return List.copyOf(queues);
    }

    /// Writes as [Tun#write]. Refuses packets that are not IP, and all packets while the interface
    /// is down.
    @Override
    public int write(PacketBatch packets, int from, int to) throws IOException {
        if (!uses.enter()) throw new ClosedChannelException();
        try {
            return TunWriter.current()
                    .write(descriptors, tun.headerBytes(), offloads, packets, from, to);
        } finally {
            uses.leave();
        }
    }

    /// As [Tun#sendIcmpError]. Not while the interface is in another network namespace than ours,
    /// nor before it is watched: the sockets are in ours.
    @Override
    public boolean sendIcmpError(PacketBatch packets, int i) {
        int scope = index;
        if (scope == 0 || !uses.enter()) return false;
        try {
            return icmp.send(packets, i, scope);
        } finally {
            uses.leave();
        }
    }

    /// Watches the interface, as [Tun#watch].
    ///
    /// @throws IllegalStateException when it is already watched
    /// @throws UncheckedIOException when the system refuses the netlink socket
    @Override
    public synchronized void watch(Listener listener) {
        if (watcher != null) throw new IllegalStateException(lastName + " is watched already");
        try {
            LinkWatch watch = new LinkWatch(tun, uses, wakeup, listener, now -> index = now);
            watcher = Thread.ofPlatform().name("adit-" + name() + "-watch").daemon().start(watch);
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sets the interface down, as [Tun#setDown]; but not if it is in another network namespace
    /// than ours.
    @Override
    public boolean setDown() {
        if (!uses.enter()) return false;
        try {
            if (LinkQuery.namespace(tun) != RouteSocket.OWN) return false;
            tun.setDown();
            return true;
        } catch (ErrnoException refused) {
            return false;
        } finally {
            uses.leave();
        }
    }

    /// Closes as [Tun#close]. Returns when no call to the listener is under way, unless it is
    /// called from the listener.
    @Override
    public void close() {
        if (!uses.close()) return;
        wakeup.signal();
        uses.awaitEmpty();
        queues.forEach(TunQueue::close);
        wakeup.close();
        icmp.close();
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
}
