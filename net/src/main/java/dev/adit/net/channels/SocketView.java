package dev.adit.net.channels;

import dev.adit.net.socket.TunnelSocketImpl;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/// The socket of a channel, as [java.net.Socket]. Options and addresses are those of the socket
/// below both; what a [Socket] remembers of its life is asked of the channel. Thread-safe.
///
/// Its calls that wait are refused while the channel is in non-blocking mode.
final class SocketView extends Socket {
    private final TunnelSocketChannel channel;
    private final TunnelSocketImpl impl;

    private SocketView(TunnelSocketChannel channel, TunnelSocketImpl impl) throws SocketException {
        super(impl);
        this.channel = channel;
        this.impl = impl;
    }

    static SocketView of(TunnelSocketChannel channel, TunnelSocketImpl impl) {
        try {
            return new SocketView(channel, impl);
        } catch (SocketException e) {
            throw new AssertionError(e); // nothing is opened
        }
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    // ---- beginning

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        try {
            channel.bind(local);
        } catch (ClosedChannelException e) {
            throw new SocketException("Socket is closed");
        } catch (AlreadyBoundException e) {
            throw new SocketException("Already bound");
        } catch (ConnectionPendingException e) {
            throw new SocketException("Connection is pending");
        } catch (UnresolvedAddressException e) {
            throw new SocketException("Unresolved address");
        }
    }

    @Override
    public void connect(SocketAddress remote) throws IOException {
        connect(remote, 0);
    }

    @Override
    public void connect(SocketAddress remote, int millis) throws IOException {
        if (remote == null) throw new IllegalArgumentException("connect: the address is null");
        if (millis < 0) throw new IllegalArgumentException("connect: the timeout is negative");
        if (!(remote instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException(); // an IllegalArgumentException
        }
        if (inet.isUnresolved()) {
            if (isClosed()) throw new SocketException("Socket is closed");
            if (isConnected()) throw new SocketException("Already connected");
            close();
            throw new UnknownHostException(inet.getHostString());
        }
        try {
            if (!channel.isBlocking()) throw new IllegalBlockingModeException();
            channel.connect(inet, millis);
        } catch (ClosedChannelException e) {
            throw new SocketException("Socket is closed");
        } catch (AlreadyConnectedException e) {
            throw new SocketException("Already connected");
        } catch (ConnectionPendingException e) {
            throw new SocketException("Connection is pending");
        }
    }

    // ---- what was

    @Override
    public boolean isConnected() {
        return channel.wasConnected();
    }

    @Override
    public boolean isBound() {
        return channel.isBound();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        try {
            return isConnected() && impl.stream().isInputShutdown();
        } catch (SocketException e) {
            throw new AssertionError(e); // it is connected
        }
    }

    @Override
    public boolean isOutputShutdown() {
        try {
            return isConnected() && impl.stream().isOutputShutdown();
        } catch (SocketException e) {
            throw new AssertionError(e); // it is connected
        }
    }

    // ---- the streams

    private void checkStreams() throws SocketException {
        if (isClosed()) throw new SocketException("Socket is closed");
        if (!isConnected()) throw new SocketException("Socket is not connected");
    }

    @Override
    public InputStream getInputStream() throws IOException {
        checkStreams();
        if (isInputShutdown()) throw new SocketException("Socket input is shutdown");
        return new Input(impl.stream().input());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        checkStreams();
        if (isOutputShutdown()) throw new SocketException("Socket output is shutdown");
        return new Output(impl.stream().output());
    }

    @Override
    public void shutdownInput() throws IOException {
        checkStreams();
        if (isInputShutdown()) throw new SocketException("Socket input is already shutdown");
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        checkStreams();
        if (isOutputShutdown()) throw new SocketException("Socket output is already shutdown");
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void checkBlocking() {
        if (!channel.isBlocking()) throw new IllegalBlockingModeException();
    }

    /// Bytes that arrive.
    private final class Input extends InputStream {
        private final InputStream from;

        Input(InputStream from) {
            this.from = from;
        }

        @Override
        public int read() throws IOException {
            checkBlocking();
            return from.read();
        }

        @Override
        public int read(byte[] to, int at, int bytes) throws IOException {
            checkBlocking();
            return from.read(to, at, bytes);
        }

        @Override
        public int available() throws IOException {
            return from.available();
        }

        @Override
        public void close() throws IOException {
            SocketView.this.close();
        }
    }

    /// Bytes to be sent.
    private final class Output extends OutputStream {
        private final OutputStream to;

        Output(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int one) throws IOException {
            checkBlocking();
            to.write(one);
        }

        @Override
        public void write(byte[] from, int at, int bytes) throws IOException {
            checkBlocking();
            to.write(from, at, bytes);
        }

        @Override
        public void close() throws IOException {
            SocketView.this.close();
        }
    }
}
