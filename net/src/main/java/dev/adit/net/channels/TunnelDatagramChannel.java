package dev.adit.net.channels;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.TunnelStack;
import dev.adit.net.socket.DatagramPort;
import dev.adit.stack.socket.UdpPort;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;

/// A UDP port on a stack as a channel. Thread-safe: one thread at a time receives, and one sends.
final class TunnelDatagramChannel extends DatagramChannel implements TunnelChannel {
    private final TunnelStack net;
    private final @Nullable ProtocolFamily family; // or null for both
    private final ChannelEvents events;
    private final DatagramSocketView socket;
    private final DatagramPort port;

    /// @param family of its addresses, or null for both
    TunnelDatagramChannel(
            SelectorProvider provider, TunnelStack net, @Nullable ProtocolFamily family)
            throws SocketException {
        super(provider);
        this.net = net;
        this.family = family;
        events = new ChannelEvents(net);
        socket = new DatagramSocketView(this, net, events);
        port = socket.datagrams();
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) throw new ClosedChannelException();
    }

    // ---- addresses

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) throws IOException {
        checkOpen();
        if (port.isBound()) throw new AlreadyBoundException();
        InetSocketAddress address = ChannelAddresses.toBind(local, family);
        port.bind(InetAddresses.orWildcard(address.getAddress()), address.getPort());
        events.changed(); // what has come before, the keys have not seen
        return this;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        InetSocketAddress to = ChannelAddresses.check(remote, family);
        checkOpen();
        if (port.remote() != null) throw new AlreadyConnectedException();
        port.connect(InetAddresses.of(to.getAddress()), to.getPort());
        discardReceived();
        events.changed(); // what has come before, the keys have not seen
        return this;
    }

    /// What others have sent before the channel was connected is not for it.
    private void discardReceived() throws IOException {
        MemorySegment nowhere = MemorySegment.ofArray(new byte[1]);
        UdpPort.Source sender = new UdpPort.Source();
        while (port.receive(nowhere, 0, sender, false) >= 0) {}
    }

    @Override
    public DatagramChannel disconnect() {
        port.disconnect();
        return this;
    }

    @Override
    public boolean isConnected() {
        return isOpen() && port.remote() != null;
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return socket.getLocalSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        checkOpen();
        return socket.getRemoteSocketAddress();
    }

    // ---- receiving

    @Override
    public @Nullable SocketAddress receive(ByteBuffer to) throws IOException {
        if (to.isReadOnly()) throw new IllegalArgumentException("Read-only buffer");
        checkOpen();
        UdpPort.Source sender = new UdpPort.Source();
        if (take(to, sender) < 0) return null;
        return new InetSocketAddress(InetAddresses.toInet(sender.address()), sender.port());
    }

    /// Takes a datagram.
    ///
    /// @return its length, or -1 when there is none in non-blocking mode
    private int take(ByteBuffer to, UdpPort.Source sender) throws IOException {
        int n = -1;
        if (!isBlocking()) {
            try {
                n = port.receive(MemorySegment.ofBuffer(to), to.remaining(), sender, false);
            } catch (SocketException e) {
                throw failure(e);
            }
        } else {
            begin();
            try {
                n = port.receive(MemorySegment.ofBuffer(to), to.remaining(), sender, true);
            } finally {
                end(n >= 0);
            }
        }
        if (n > 0) to.position(to.position() + n);
        return n;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        checkConnected();
        if (to.isReadOnly()) throw new IllegalArgumentException("Read-only buffer");
        return Math.max(0, take(to, new UdpPort.Source()));
    }

    @Override
    public long read(ByteBuffer[] to, int at, int count) throws IOException {
        Objects.checkFromIndexSize(at, count, to.length);
        checkConnected();
        long room = 0;
        for (int i = at; i < at + count; i++) {
            if (to[i].isReadOnly()) throw new IllegalArgumentException("Read-only buffer");
            room += to[i].remaining();
        }
        ByteBuffer whole = ByteBuffer.allocate((int) Math.min(room, MOST_BYTES));
        int n = read(whole);
        whole.flip();
        for (int i = at; i < at + count && whole.hasRemaining(); i++) {
            int part = Math.min(to[i].remaining(), whole.remaining());
            to[i].put(whole.slice(whole.position(), part));
            whole.position(whole.position() + part);
        }
        return n;
    }

    private DatagramPort.Remote checkConnected() throws ClosedChannelException {
        checkOpen();
        DatagramPort.Remote remote = port.remote();
        if (remote == null) throw new NotYetConnectedException();
        return remote;
    }

    // ---- sending

    @Override
    public int send(ByteBuffer from, SocketAddress target) throws IOException {
        Objects.requireNonNull(from);
        InetSocketAddress to = ChannelAddresses.check(target, family);
        checkOpen();
        IpAddress address = InetAddresses.of(to.getAddress());
        DatagramPort.Remote remote = port.remote();
        DatagramPort.Remote wanted = new DatagramPort.Remote(address, to.getPort());
        if (remote != null && !remote.equals(wanted)) throw new AlreadyConnectedException();
        if (to.getPort() == 0) throw new SocketException("Can't send to port 0");
        return give(from, wanted);
    }

    private int give(ByteBuffer from, DatagramPort.Remote to) throws IOException {
        int bytes = from.remaining();
        MemorySegment data = MemorySegment.ofBuffer(from);
        boolean isSent = false;
        if (!isBlocking()) {
            try {
                isSent = port.send(to, data, 0, bytes, false);
            } catch (SocketException e) {
                throw failure(e);
            }
        } else {
            begin();
            try {
                isSent = port.send(to, data, 0, bytes, true);
            } finally {
                end(isSent);
            }
        }
        if (!isSent) return 0;
        from.position(from.position() + bytes);
        return bytes;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        Objects.requireNonNull(from);
        return give(from, checkConnected());
    }

    @Override
    public long write(ByteBuffer[] from, int at, int count) throws IOException {
        Objects.checkFromIndexSize(at, count, from.length);
        DatagramPort.Remote remote = checkConnected();
        long sum = 0;
        for (int i = at; i < at + count; i++) sum += from[i].remaining();
        if (sum > MOST_BYTES) throw new SocketException("Message too long: " + sum + " bytes");
        ByteBuffer whole = ByteBuffer.allocate((int) sum);
        for (int i = at; i < at + count; i++) whole.put(from[i].duplicate());
        int n = give(whole.flip(), remote);
        if (n == sum) {
            for (int i = at; i < at + count; i++) from[i].position(from[i].limit());
        }
        return n;
    }

    /// What a failure of the port is for a channel. Closes it when the network is closed, since
    /// nothing will come of it any more.
    private IOException failure(SocketException e) throws IOException {
        if (!isOpen()) return new AsynchronousCloseException();
        if (net.isClosing()) close();
        return e;
    }

    // ---- the rest

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface on) {
        throw new UnsupportedOperationException("no multicast in a tunnel");
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface on, InetAddress source) {
        throw new UnsupportedOperationException("no multicast in a tunnel");
    }

    @Override
    public DatagramSocket socket() {
        return socket;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> option, T value) throws IOException {
        ChannelOptions.check(this, option);
        socket.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        ChannelOptions.check(this, option);
        return socket.getOption(option);
    }

    @Override
    public int ready(int operations) {
        if (net.isClosing()) return operations;
        int reads = operations & SelectionKey.OP_READ;
        int writes = operations & SelectionKey.OP_WRITE;
        return (reads != 0 && port.isReadable() ? reads : 0)
                | (writes != 0 && port.isWritable() ? writes : 0);
    }

    @Override
    public ChannelEvents events() {
        return events;
    }

    @Override
    protected void implConfigureBlocking(boolean isBlocking) {
        // Each call looks for itself.
    }

    @Override
    protected void implCloseSelectableChannel() {
        socket.closeSocket();
    }

    @Override
    public String toString() {
        return getClass().getSuperclass().getName()
                + "["
                + (isOpen() ? String.valueOf(socket.getLocalSocketAddress()) : "closed")
                + "]";
    }

    private static final int MOST_BYTES = 65_535;
}
