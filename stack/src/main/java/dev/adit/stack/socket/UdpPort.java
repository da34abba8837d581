package dev.adit.stack.socket;

import dev.adit.ip.address.IpAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// A UDP port (RFC 768). Nothing blocks. Thread-safe.
public interface UdpPort {
    /// The address bound to, or null for all own addresses.
    @Nullable IpAddress address();

    /// The port, 1 to 65535.
    int port();

    /// Exchanges datagrams with this peer only; null for with everybody again.
    void connect(@Nullable IpAddress remote, int port) throws RefusedException;

    /// Sets the traffic class, 0 to 255, of the datagrams that are queued from now on.
    void trafficClass(int value);

    /// Queues a datagram.
    ///
    /// @param remote the destination, or null for the connected one
    /// @return false when the queue is full: [StackEvents#writable(UdpPort)] follows
    /// @throws RefusedException when no datagram can go there
    boolean send(
            long now, @Nullable IpAddress remote, int port, MemorySegment from, long at, int bytes)
            throws RefusedException;

    /// Takes the oldest datagram. What does not fit into `bytes` is lost.
    ///
    /// @param source gets where it came from
    /// @return its length, at most `bytes`, or -1 when there is none
    int receive(MemorySegment to, long at, int bytes, Source source);

    /// The ICMP error on a connected port since the last call, the type times 256 plus the code, or
    /// 0.
    int takeError();

    /// True when [#receive] or [#takeError] has something. Where it is false,
    /// [StackEvents#readable(UdpPort)] tells of the change.
    boolean isReadable();

    /// True unless [#send] found no room and [StackEvents#writable(UdpPort)], which tells of the
    /// change, has not come yet.
    boolean isWritable();

    /// Frees the port and what is queued. Idempotent.
    void close();

    /// Keeps an object of the program's, to be found again in [StackEvents].
    void attach(Object object);

    /// The object that was attached last, or null.
    @Nullable Object attachment();

    /// Where a datagram came from; confined to its user.
    final class Source {
        private boolean v6;
        private long high;
        private long low;
        private int port;
        private int length;

        public Source() {}

        /// Sets all fields.
        public void set(boolean isV6, long addressHigh, long addressLow, int from, int bytes) {
            v6 = isV6;
            high = addressHigh;
            low = addressLow;
            port = from;
            length = bytes;
        }

        /// The sender's address.
        public IpAddress address() {
            return new IpAddress(v6, high, low);
        }

        /// The sender's port, 0 to 65535.
        public int port() {
            return port;
        }

        /// The length of the whole datagram in bytes, which may be more than was taken.
        public int length() {
            return length;
        }
    }
}
