package dev.adit.net.socket;

import dev.adit.net.core.TunnelStack;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/// A socket in a tunnel. Thread-safe.
public final class TunnelSocket extends Socket {
    /// An unconnected socket.
    public TunnelSocket(TunnelStack net) throws IOException {
        super(new TunnelSocketImpl(net, false));
    }

    TunnelSocket(TunnelSocketImpl impl) throws SocketException {
        super(impl);
    }
}
