package dev.adit.ip.port;

import dev.adit.ip.packet.PacketBatch;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// The IP side of a device: a network interface from which it reads packets and to which it writes
/// them.
///
/// One thread reads each queue, any number write, one calls [#watch]; [#close] may be called from
/// anywhere at any time.
public interface Tun extends AutoCloseable {
    /// The interface's current name; an administrator may rename it.
    String name();

    /// The interface's current MTU in bytes.
    int mtu();

    /// Replaces the content of `into` by the waiting packets; waits for one if there are none.
    ///
    /// @throws java.nio.channels.ClosedChannelException once the TUN is closed
    /// @throws IOException when the interface is gone
    /// @throws java.io.UncheckedIOException when reading can never succeed again
    void read(PacketBatch into) throws IOException;

    /// The queues that packets are read from, which never change. The system keeps the packets of a
    /// flow in one queue. [#read] reads the first one, usually the only one.
    default List<Reader> readers() {
        return List.of(this::read);
    }

    /// Delivers entries `from` (inclusive) to `to` (exclusive), each of them one packet. Afterwards
    /// their bytes and the headroom before each are undefined.
    ///
    /// @return the number of packets that the interface took; the others are lost
    /// @throws IOException when the interface is gone or closed
    int write(PacketBatch packets, int from, int to) throws IOException;

    /// Sends entry `i`, an ICMP error, as one of the system's own: to its destination by the routes
    /// that there are, from the address that the system chooses for those, whatever source the
    /// packet names. Any thread.
    ///
    /// @return false when it was not sent, because the platform has no such way, the system does
    ///   not let us, or the interface is elsewhere
    default boolean sendIcmpError(PacketBatch packets, int i) {
        return false;
    }

    /// The offloads in use now.
    default Set<Offload> offloads() {
        return Set.of();
    }

    /// Reports the interface's present state to `listener`, then every change, until the TUN is
    /// closed or the interface is removed. Calls come one at a time, from a thread of the TUN.
    void watch(Listener listener);

    /// Sets the interface down, for a device that cannot serve it. Returns false when the system
    /// has no such state or forbids it; then the interface stays up.
    default boolean setDown() {
        return false;
    }

    /// Removes the interface if this object created it, and ends a blocked read. Idempotent.
    @Override
    void close();

    /// One queue of packets, to be read by one thread.
    interface Reader {
        /// Reads like [Tun#read].
        void read(PacketBatch into) throws IOException;
    }

    /// Receives changes of the interface from outside.
    interface Listener {
        /// The interface was set up or down.
        void state(boolean up);

        /// The MTU is now `mtu` bytes.
        void mtu(int mtu);

        /// The routes that lead into the interface and have an MTU of their own have these now, in
        /// ascending order. Until this is called there are none, as on platforms without such
        /// routes.
        default void routeMtus(int[] mtus) {}

        /// The interface was deleted. Nothing else follows.
        void removed();

        /// The interface can no longer be watched. Nothing else follows.
        void failed(Throwable cause);
    }
}
