package dev.adit.net.conformance;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/// The JDK's sockets on the loopback interface.
final class JdkLab implements SocketLab {
    @Override
    public SocketFactory clients() {
        return SocketFactory.getDefault();
    }

    @Override
    public ServerSocketFactory servers() {
        return ServerSocketFactory.getDefault();
    }

    @Override
    public InetAddress serverAddress() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    @Override
    public InetAddress clientAddress() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    @Override
    public DatagramSocket serverDatagrams() throws IOException {
        return new DatagramSocket(new InetSocketAddress(serverAddress(), 0));
    }

    @Override
    public DatagramSocket clientDatagrams() throws IOException {
        return serverDatagrams();
    }

    @Override
    public SelectorProvider clientChannels() {
        return SelectorProvider.provider();
    }

    @Override
    public SelectorProvider serverChannels() {
        return SelectorProvider.provider();
    }

    @Override
    public void close() {}
}
