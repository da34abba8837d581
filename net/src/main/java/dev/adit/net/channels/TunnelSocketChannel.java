package dev.adit.net.channels;

import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.TunnelStack;
import dev.adit.net.socket.TunnelSocketImpl;
import dev.adit.net.socket.TunnelStreams;
import dev.adit.stack.socket.Connection;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// A TCP connection on a stack as a channel. Thread-safe: one thread at a time reads, one writes,
/// and one connects.
final class TunnelSocketChannel extends StreamChannel implements TunnelChannel {
    private final TunnelStack net;
    private final @Nullable ProtocolFamily family; // or null for both
    private final ChannelEvents events;
    private final TunnelSocketImpl impl;
    private final SocketView socket;
    private final ReentrantLock connectLock = new ReentrantLock();
    private final Object stateLock = new Object();
    private volatile State state = State.UNCONNECTED; // changed with stateLock held
    private volatile boolean isBound; // likewise

    private enum State {
        UNCONNECTED,
        PENDING,
        CONNECTED
    }

    /// An unconnected channel.
    ///
    /// @param family of its addresses, or null for both
    TunnelSocketChannel(
            SelectorProvider provider, TunnelStack net, @Nullable ProtocolFamily family) {
        super(provider);
        this.net = net;
        this.family = family;
        events = new ChannelEvents(net);
        impl = new TunnelSocketImpl(net, false, events);
        socket = SocketView.of(this, impl);
    }

    /// The channel of a connection that a peer began.
    TunnelSocketChannel(SelectorProvider provider, TunnelStack net, Connection accepted)
            throws IOException {
        this(provider, net, (ProtocolFamily) null);
        impl.accepted(accepted);
        isBound = true;
        state = State.CONNECTED;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) throw new ClosedChannelException();
    }

    // ---- connecting

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        synchronized (stateLock) {
            checkOpen();
            if (state == State.PENDING) throw new ConnectionPendingException();
            if (isBound) throw new AlreadyBoundException();
            InetSocketAddress to = ChannelAddresses.toBind(local, family);
            impl.bind(to.getAddress(), to.getPort());
            isBound = true;
        }
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return connect(ChannelAddresses.check(remote, family), 0);
    }

    /// Connects.
    ///
    /// @param millis to wait in blocking mode, 0 for as long as TCP tries
    /// @return false in non-blocking mode, in which [#finishConnect] follows
    boolean connect(InetSocketAddress remote, int millis) throws IOException {
        try {
            connectLock.lock();
            try {
                begin(remote);
                return isBlocking() && connectAndWait(remote, millis);
            } finally {
                connectLock.unlock();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// Begins to connect; in blocking mode that is left to the call that waits.
    private void begin(InetSocketAddress remote) throws IOException {
        synchronized (stateLock) {
            checkOpen();
            if (state == State.CONNECTED) throw new AlreadyConnectedException();
            if (state == State.PENDING) throw new ConnectionPendingException();
            state = State.PENDING;
        }
        if (isBlocking()) return;
        impl.beginConnect(InetAddresses.of(remote.getAddress()), remote.getPort());
        events.changed(); // what has come before, the keys have not seen
    }

    private boolean connectAndWait(InetSocketAddress remote, int millis) throws IOException {
        // Without the name that the host may have looked up: a channel connects to addresses.
        InetSocketAddress literal =
                new InetSocketAddress(
                        InetAddresses.toInet(InetAddresses.of(remote.getAddress())),
                        remote.getPort());
        boolean isDone = false;
        begin();
        try {
            impl.connect(literal, millis);
            connected();
            isDone = true;
        } finally {
            end(isDone);
        }
        return true;
    }

    private void connected() throws ClosedChannelException {
        synchronized (stateLock) {
            checkOpen();
            isBound = true;
            state = State.CONNECTED;
        }
        events.changed(); // what has come before, the keys have not seen
    }

    private boolean finish(boolean mayWait) throws IOException {
        if (!impl.finishConnect(mayWait)) return false;
        connected();
        return true;
    }

    @Override
    public boolean finishConnect() throws IOException {
        try {
            connectLock.lock();
            try {
                checkOpen();
                if (state == State.CONNECTED) return true;
                if (state != State.PENDING) throw new NoConnectionPendingException();
                return isBlocking() ? finishAndWait() : finish(false);
            } finally {
                connectLock.unlock();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private boolean finishAndWait() throws IOException {
        boolean isDone = false;
        begin();
        try {
            isDone = finish(true);
        } finally {
            end(isDone);
        }
        return isDone;
    }

    @Override
    public boolean isConnected() {
        return isOpen() && state == State.CONNECTED;
    }

    @Override
    public boolean isConnectionPending() {
        return isOpen() && state == State.PENDING;
    }

    // ---- the streams

    @Override
    TunnelStreams stream() throws IOException {
        checkOpen();
        if (state != State.CONNECTED) throw new NotYetConnectedException();
        return impl.stream();
    }

    @Override
    IOException failure(SocketException e) throws IOException {
        if (!isOpen()) return new AsynchronousCloseException();
        if (net.isClosing()) close();
        return e;
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        stream().shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        stream().shutdownOutput();
        return this;
    }

    // ---- the rest

    @Override
    public Socket socket() {
        return socket;
    }

    /// True once it has a local address.
    boolean isBound() {
        return isBound;
    }

    /// True once it was connected, also when it is closed.
    boolean wasConnected() {
        return state == State.CONNECTED;
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return isBound ? impl.localAddress() : null;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        checkOpen();
        return state == State.CONNECTED ? impl.remoteAddress() : null;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return impl.supportedOptions();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        ChannelOptions.check(this, option);
        impl.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        ChannelOptions.check(this, option);
        return impl.getOption(option);
    }

    @Override
    public int ready(int operations) {
        State now = state;
        if (now == State.PENDING) {
            if (impl.hasConnectFailed()) return operations;
            return impl.isConnectDecided() ? operations & SelectionKey.OP_CONNECT : 0;
        }
        if (now != State.CONNECTED) return 0;
        return net.isClosing() ? operations : readyStream(operations);
    }

    private int readyStream(int operations) {
        try {
            TunnelStreams stream = impl.stream();
            int reads = operations & SelectionKey.OP_READ;
            int writes = operations & SelectionKey.OP_WRITE;
            return (reads != 0 && stream.isReadable() ? reads : 0)
                    | (writes != 0 && stream.isWritable() ? writes : 0);
        } catch (SocketException e) {
            throw new AssertionError(e); // it is connected
        }
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
    protected void implCloseSelectableChannel() throws IOException {
        impl.close();
    }

    @Override
    public String toString() {
        return getClass().getSuperclass().getName()
                + "["
                + (isOpen() ? state.toString().toLowerCase(java.util.Locale.ROOT) : "closed")
                + (state == State.CONNECTED ? " remote=" + impl.remoteAddress() : "")
                + "]";
    }
}
