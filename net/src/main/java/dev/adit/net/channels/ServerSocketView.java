package dev.adit.net.channels;

import dev.adit.net.core.TunnelStack;
import dev.adit.net.socket.SocketWaits;
import dev.adit.net.socket.TunnelServerSocket;
import dev.adit.stack.socket.Connection;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;

/// The server socket of a channel, and what is below both. Thread-safe.
final class ServerSocketView extends TunnelServerSocket {
    private final TunnelServerSocketChannel channel;

    ServerSocketView(TunnelServerSocketChannel channel, TunnelStack net, SocketWaits waits) {
        super(net, waits);
        this.channel = channel;
    }

    @Override
    public ServerSocketChannel getChannel() {
        return channel;
    }

    @Override
    public Socket accept() throws IOException {
        if (!isBound()) throw new SocketException("Socket is not bound yet");
        if (!channel.isBlocking()) throw new IllegalBlockingModeException();
        return channel.acceptAndWait().socket();
    }

    /// Closes the channel, which closes this.
    @Override
    public void close() throws IOException {
        channel.close();
    }

    void closeSocket() throws IOException {
        super.close();
    }

    Connection awaitConnection() throws IOException {
        return acceptConnection();
    }

    @Nullable Connection connectionNow() throws IOException {
        return acceptNow();
    }

    boolean hasConnection() {
        return isAcceptable();
    }
}
