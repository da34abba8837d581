package dev.adit.device.nio;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A bind on a datagram channel that does not block: a receive takes all that waits, up to a batch,
/// with one system call for each datagram.
///
/// It supports neither firewall marks, nor traffic classes, nor the local address of received
/// datagrams; so endpoints have no source. Thread-safe as [Bind] demands.
final class NioBind implements Bind {
    private final DatagramChannel channel;
    private final boolean ipv6;
    private final int port;
    private final Selector readable;
    private @Nullable Selector writable; // made when it is first needed; guarded by writing
    private final Object writing = new Object();

    /// @param channel a channel that is bound and does not block
    /// @param ipv6 true when it is for IPv6 as well as IPv4
    NioBind(DatagramChannel channel, boolean ipv6) throws IOException {
        this.channel = channel;
        this.ipv6 = ipv6;
        port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        readable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Receiver> receivers() {
        return List.of(new Inlet());
    }

    private final class Inlet implements Receiver {
        private MemorySegment memory = MemorySegment.NULL; // of the last batch
        private ByteBuffer buffer = ByteBuffer.allocate(0); // the same memory

        @Override
        public int datagrams() {
            return BATCH;
        }

        @Override
        @SuppressWarnings("MemorySegmentReferenceEquality") // a batch has one, always the same
        public void receive(PacketBatch into) throws IOException {
            into.clear();
            if (into.memory() != memory) {
                memory = into.memory();
                buffer = memory.asByteBuffer();
            }
            try {
                while (true) {
                    drain(into);
                    if (into.size() > 0) return;
                    readable.select();
                    readable.selectedKeys().clear();
                }
            } catch (ClosedSelectorException e) {
                throw new ClosedChannelException();
            }
        }

        private void drain(PacketBatch into) throws IOException {
            int at = PacketBatch.HEADROOM;
            while (!into.isFull() && into.size() < BATCH) {
                int room = buffer.capacity() - at;
                if (room < MAX_DATAGRAM && into.size() > 0) return;
                buffer.limit(at + Math.min(room, MAX_DATAGRAM)).position(at);
                InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
                if (from == null) return;
                int bytes = buffer.position() - at;
                write(from, into.addresses(), (long) into.size() * PacketBatch.ADDRESS_BYTES);
                into.add(at, bytes);
                at += bytes + PacketBatch.HEADROOM;
            }
        }
    }

    private static void write(InetSocketAddress from, MemorySegment records, long at) {
        MemorySegment record = records.asSlice(at, PacketBatch.ADDRESS_BYTES);
        InetAddress address = from.getAddress();
        byte[] bytes = address.getAddress();
        record.set(ValueLayout.JAVA_INT, PORT, from.getPort());
        record.set(
                ValueLayout.JAVA_INT,
                SCOPE,
                address instanceof Inet6Address v6 && v6.isLinkLocalAddress()
                        ? v6.getScopeId()
                        : 0);
        record.set(ValueLayout.JAVA_INT, LENGTH, bytes.length);
        MemorySegment.copy(bytes, 0, record, ValueLayout.JAVA_BYTE, ADDRESS, bytes.length);
    }

    @Override
    public Endpoint endpoint(PacketBatch received, int i, @Nullable Endpoint known) {
        MemorySegment record =
                received.addresses()
                        .asSlice((long) i * PacketBatch.ADDRESS_BYTES, PacketBatch.ADDRESS_BYTES);
        boolean v6 = record.get(ValueLayout.JAVA_INT, LENGTH) == 16;
        IpAddress address =
                v6
                        ? IpAddress.v6(record.get(BE64, ADDRESS), record.get(BE64, ADDRESS + 8))
                        : IpAddress.v4((int) (record.get(BE64, ADDRESS) >>> 32));
        int scope = record.get(ValueLayout.JAVA_INT, SCOPE);
        Endpoint from =
                new Endpoint(address, record.get(ValueLayout.JAVA_INT, PORT), scope, null, 0);
        return known != null && from.equals(known) ? known : from;
    }

    @Override
    public void send(PacketBatch packets, int from, int to, Endpoint endpoint)
            throws SendException {
        int at = from;
        try {
            if (endpoint.address().v6() && !ipv6) throw new IOException("this host has no IPv6");
            InetSocketAddress target = target(endpoint);
            ByteBuffer buffer = packets.memory().asByteBuffer();
            for (; at < to; at++) {
                int offset = packets.offset(at), length = packets.length(at);
                buffer.limit(offset + length).position(offset);
                while (channel.send(buffer, target) == 0 && length > 0) awaitWritable();
            }
        } catch (IOException e) {
            String text = Objects.requireNonNullElse(e.getMessage(), e.toString());
            if (e instanceof ClosedChannelException) text = "socket closed";
            throw new SendException("send", UNKNOWN_ERRNO, text, at, false);
        }
    }

    /// Waits while the socket buffer is full.
    private void awaitWritable() throws IOException {
        synchronized (writing) {
            if (!channel.isOpen()) throw new ClosedChannelException();
            if (writable == null) {
                writable = Selector.open();
                channel.register(writable, SelectionKey.OP_WRITE);
            }
            writable.select(LONGEST_WAIT);
            writable.selectedKeys().clear();
        }
    }

    private static InetSocketAddress target(Endpoint endpoint) throws UnknownHostException {
        IpAddress address = endpoint.address();
        ByteBuffer bytes = ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low());
        InetAddress inet =
                address.v6()
                        ? Inet6Address.getByAddress(null, bytes.array(), endpoint.scope())
                        : InetAddress.getByAddress(Arrays.copyOf(bytes.array(), 4));
        return new InetSocketAddress(inet, endpoint.port());
    }

    @Override
    public void mark(int fwmark) throws IOException {
        if (fwmark != 0) throw new IOException("a firewall mark needs the platform's own sockets");
    }

    @Override
    public void close() {
        try {
            channel.close();
            readable.close(); // which releases the port, and ends a blocked receive
            synchronized (writing) {
                if (writable != null) writable.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a datagram channel has no reason to fail here
        }
    }

    private static final int BATCH = 64;
    private static final int MAX_DATAGRAM = 65535;
    private static final long LONGEST_WAIT = 100; // milliseconds, to notice a close
    private static final int UNKNOWN_ERRNO = 5; // EIO

    // Layout of an entry of PacketBatch.addresses.
    private static final int PORT = 0;
    private static final int SCOPE = 4;
    private static final int LENGTH = 8;
    private static final int ADDRESS = 16;
    private static final ValueLayout.OfLong BE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
}
