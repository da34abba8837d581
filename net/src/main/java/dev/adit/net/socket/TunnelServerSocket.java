package dev.adit.net.socket;

import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/// A server socket in a tunnel: peers connect to it. Thread-safe.
public class TunnelServerSocket extends ServerSocket {
    private final TunnelStack net;
    private final TunnelSocketImpl impl;

    /// An unbound server socket.
    public TunnelServerSocket(TunnelStack net) {
        this(net, new SocketWaits(net));
    }

    /// @param waits where its events go and its threads wait
    protected TunnelServerSocket(TunnelStack net, SocketWaits waits) {
        this(net, new TunnelSocketImpl(net, true, waits));
    }

    private TunnelServerSocket(TunnelStack net, TunnelSocketImpl impl) {
        super(impl);
        this.net = net;
        this.impl = impl;
    }

    /// Waits for a connection, as [#accept] does.
    protected final Connection acceptConnection() throws IOException {
        return impl.accept();
    }

    /// The connection that waits to be accepted, or null. The socket has to be bound.
    protected final @Nullable Connection acceptNow() throws IOException {
        return impl.acceptNow();
    }

    /// True when an accept would not wait.
    protected final boolean isAcceptable() {
        return impl.isAcceptable();
    }

    @Override
    public Socket accept() throws IOException {
        if (isClosed()) throw new SocketException("Socket is closed");
        if (!isBound()) throw new SocketException("Socket is not bound yet");
        TunnelSocket accepted = new TunnelSocket(net);
        implAccept(accepted);
        return accepted;
    }
}
