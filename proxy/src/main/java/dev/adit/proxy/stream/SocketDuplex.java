package dev.adit.proxy.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A TCP connection of the host or in the tunnel. Thread-safe as a [Duplex].
public final class SocketDuplex extends BufferedDuplex {
    private final Socket socket;

    /// Takes a connected socket over.
    public SocketDuplex(Socket socket) throws IOException {
        super(socket.getInputStream(), socket.getOutputStream());
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true); // an end that is gone without a word is found out
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void abort() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException closed) {
            // close() says all that is left to say
        }
        close();
    }

    @Override
    void end() throws IOException {
        socket.close();
    }

    /// Where the other end has connected to.
    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// The other end.
    public InetSocketAddress remote() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public String toString() {
        return String.valueOf(socket.getRemoteSocketAddress());
    }
}
