package dev.adit.proxy.stream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/// A TCP connection of the host or in the tunnel. Thread-safe as a [Duplex].
public final class SocketDuplex implements Duplex {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    /// Takes a connected socket over.
    public SocketDuplex(Socket socket) throws IOException {
        this.socket = socket;
        input = new BufferedInputStream(socket.getInputStream(), BUFFER);
        output = socket.getOutputStream();
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true); // an end that is gone without a word is found out
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
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
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }

    /// The address that the other end has connected to.
    public InetAddress localAddress() {
        return socket.getLocalAddress();
    }

    /// The address of the other end.
    public InetAddress remoteAddress() {
        return socket.getInetAddress();
    }

    @Override
    public String toString() {
        return String.valueOf(socket.getRemoteSocketAddress());
    }

    private static final int BUFFER = 8 << 10;
}
