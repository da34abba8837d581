package dev.adit.ip.port;

import dev.adit.ip.packet.PacketBatch;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// The IP side of a device: a network interface from which it reads packets and to which it writes
/// them.
///
/// One thread reads each queue, any number write, one calls [#watch]; [#close] may come from
/// anywhere at any time.
public interface Tun extends AutoCloseable {
    /// The interface's name now; an administrator may rename it.
    String name();

    /// The interface's MTU now, in bytes.
    int mtu();

    /// Replaces the content of `into` by the packets that wait, and waits for one if there are
    /// none.
    ///
    /// @throws java.nio.channels.ClosedChannelException once the TUN is closed
    /// @throws IOException when the interface is gone
    /// @throws java.io.UncheckedIOException when reading can never succeed again
    void read(PacketBatch into) throws IOException;

    /// The queues that packets can be read from, always the same. The system keeps the packets of a
    /// flow in one of them. [#read] reads the first, which is the only one of most.
    default List<Source> sources() {
        return List.of(this::read);
    }

    /// Delivers entries `from` (inclusive) to `to` (exclusive), each of them one packet. They are
    /// scratch memory afterwards, like the headroom before each.
    ///
    /// @return how many packets the interface took; the others are lost
    /// @throws IOException when the interface is gone or closed
    int write(PacketBatch packets, int from, int to) throws IOException;

    /// The offloads in use now.
    default Set<Offload> offloads() {
        return Set.of();
    }

    /// Reports the interface's present state to `listener`, then every change, until the TUN is
    /// closed or the interface is removed. Calls come one at a time, from a thread of the TUN's.
    void watch(Listener listener);

    /// Sets the interface down, for a device that cannot serve it. False when the system has no
    /// such state, or does not let us; then the interface stays up.
    default boolean setDown() {
        return false;
    }

    /// Removes the interface if it was made by this object, and ends a blocked read. Idempotent.
    @Override
    void close();

    /// One queue's packets, to be read by one thread.
    interface Source {
        /// As [Tun#read].
        void read(PacketBatch into) throws IOException;
    }

    /// Hears what happens to the interface from outside.
    interface Listener {
        /// The interface was set up or down.
        void state(boolean up);

        /// The MTU is now `mtu` bytes.
        void mtu(int mtu);

        /// The interface was deleted. Nothing else follows.
        void removed();

        /// The interface cannot be followed any more. Nothing else follows.
        void failed(Throwable cause);
    }
}
