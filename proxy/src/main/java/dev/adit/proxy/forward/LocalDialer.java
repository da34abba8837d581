package dev.adit.proxy.forward;

import dev.adit.proxy.stream.ChannelDuplex;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.SocketDuplex;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/// Connects to targets of the host's own network. Stateless.
final class LocalDialer {
    static Duplex connect(Target target) throws IOException {
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

    private LocalDialer() {}
}
