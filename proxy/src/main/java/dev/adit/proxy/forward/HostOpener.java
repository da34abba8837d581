package dev.adit.proxy.forward;

import dev.adit.proxy.stream.ChannelDuplex;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.SocketDuplex;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/// Connects to a target in the host's own network. Immutable.
///
/// @param tellsPeer true to begin each connection with a PROXY protocol header that names the
///   client
public record HostOpener(ForwardTarget target, boolean tellsPeer) implements TcpForward.Opener {
    @Override
    public Duplex open(Duplex client) throws IOException {
        Duplex there = connect();
        if (!tellsPeer || !(client instanceof SocketDuplex peer)) return there;
        try {
            there.output().write(ProxyProtocol.header(peer.remote(), peer.local()));
            return there;
        } catch (IOException gone) {
            there.close();
            throw gone;
        }
    }

    private Duplex connect() throws IOException {
        if (target.isUnix()) {
            return new ChannelDuplex(SocketChannel.open(UnixDomainSocketAddress.of(target.path())));
        }
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(target.host(), target.port()), PATIENCE);
            return new SocketDuplex(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static final int PATIENCE = 10_000; // ms
}
