package dev.adit.net.socket;

import dev.adit.net.core.TunnelStack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

import javax.net.SocketFactory;

/// Makes sockets in a tunnel. Thread-safe.
public final class TunnelSocketFactory extends SocketFactory {
    private final TunnelStack net;

    public TunnelSocketFactory(TunnelStack net) {
        this.net = net;
    }

    @Override
    public Socket createSocket() throws IOException {
        net.checkOpen();
        return new TunnelSocket(net);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(remote(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return connect(remote(host, port), new InetSocketAddress(local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return connect(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
    }

    /// As with [Socket], no host is the loopback interface, which a tunnel does not have.
    private static InetSocketAddress remote(@Nullable String host, int port) {
        return host == null
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : InetSocketAddress.createUnresolved(host, port);
    }

    private Socket connect(InetSocketAddress to, @Nullable InetSocketAddress local)
            throws IOException {
        Socket socket = createSocket();
        try {
            if (local != null) socket.bind(local);
            socket.connect(to);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
