package dev.adit.net.socket;

import dev.adit.net.core.TunnelStack;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/// A server socket in a tunnel: peers connect to it. Thread-safe.
public final class TunnelServerSocket extends ServerSocket {
    private final TunnelStack net;

    /// An unbound server socket.
    public TunnelServerSocket(TunnelStack net) {
        super(new TunnelSocketImpl(net, true));
        this.net = net;
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
