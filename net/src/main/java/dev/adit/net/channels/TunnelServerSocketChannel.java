package dev.adit.net.channels;

import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/// A channel that peers connect to. Thread-safe: one thread at a time accepts.
final class TunnelServerSocketChannel extends ServerSocketChannel implements TunnelChannel {
    private final TunnelStack net;
    private final @Nullable ProtocolFamily family; // or null for both
    private final ChannelEvents events;
    private final ServerSocketView socket;

    /// @param family of its addresses, or null for both
    TunnelServerSocketChannel(
            SelectorProvider provider, TunnelStack net, @Nullable ProtocolFamily family) {
        super(provider);
        this.net = net;
        this.family = family;
        events = new ChannelEvents(net);
        socket = new ServerSocketView(this, net, events);
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) throw new ClosedChannelException();
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        checkOpen();
        if (socket.isBound()) throw new AlreadyBoundException();
        InetSocketAddress address = ChannelAddresses.toBind(local, family);
        socket.bind(address, backlog);
        events.changed(); // what has come before, the keys have not seen
        return this;
    }

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        checkOpen();
        if (!socket.isBound()) throw new NotYetBoundException();
        return isBlocking() ? acceptAndWait() : acceptNow();
    }

    private @Nullable SocketChannel acceptNow() throws IOException {
        try {
            Connection c = socket.connectionNow();
            return c == null ? null : channel(c);
        } catch (SocketException e) {
            if (!isOpen()) throw new AsynchronousCloseException();
            // No connection will come any more, and a program that goes on would be told of this
            // failure again and again.
            if (net.isClosing()) close();
            throw e;
        }
    }

    SocketChannel acceptAndWait() throws IOException {
        checkOpen();
        Connection c = null;
        begin();
        try {
            c = socket.awaitConnection();
        } finally {
            endAccept(c);
        }
        return channel(c);
    }

    private void endAccept(@Nullable Connection c) throws AsynchronousCloseException {
        try {
            end(c != null);
        } catch (AsynchronousCloseException e) {
            if (c != null) c.abort(net.now());
            throw e;
        }
    }

    private SocketChannel channel(Connection c) throws IOException {
        return new TunnelSocketChannel(provider(), net, c);
    }

    @Override
    public ServerSocket socket() {
        return socket;
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return socket.getLocalSocketAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
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
        boolean isReady = socket.isBound() && (net.isClosing() || socket.hasConnection());
        return isReady ? operations & SelectionKey.OP_ACCEPT : 0;
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
        socket.closeSocket();
    }

    @Override
    public String toString() {
        return getClass().getSuperclass().getName()
                + "["
                + (isOpen() ? String.valueOf(socket.getLocalSocketAddress()) : "closed")
                + "]";
    }
}
