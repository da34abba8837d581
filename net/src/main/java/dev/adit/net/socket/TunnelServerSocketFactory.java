package dev.adit.net.socket;

import dev.adit.net.core.TunnelStack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

import javax.net.ServerSocketFactory;

/// Makes server sockets in a tunnel. Thread-safe.
public final class TunnelServerSocketFactory extends ServerSocketFactory {
    private final TunnelStack net;

    public TunnelServerSocketFactory(TunnelStack net) {
        this.net = net;
    }

    @Override
    public ServerSocket createServerSocket() {
        return new TunnelServerSocket(net);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, 0, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress local)
            throws IOException {
        ServerSocket socket = createServerSocket();
        try {
            socket.bind(new InetSocketAddress(local, port), backlog);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
