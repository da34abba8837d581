package dev.adit.net.conformance;

import dev.adit.net.lab.TwoNetworks;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/// Our sockets in two networks of one program.
final class TunnelLab implements SocketLab {
    private final TwoNetworks two = new TwoNetworks();

    @Override
    public SocketFactory clients() {
        return two.left.socketFactory();
    }

    @Override
    public ServerSocketFactory servers() {
        return two.right.serverSocketFactory();
    }

    @Override
    public InetAddress serverAddress() {
        return InetAddress.ofLiteral("10.0.0.2");
    }

    @Override
    public InetAddress clientAddress() {
        return InetAddress.ofLiteral("10.0.0.1");
    }

    @Override
    public DatagramSocket serverDatagrams() throws IOException {
        return two.right.datagrams(0);
    }

    @Override
    public DatagramSocket clientDatagrams() throws IOException {
        return two.left.datagrams(0);
    }

    @Override
    public SelectorProvider clientChannels() {
        return two.left.selectorProvider();
    }

    @Override
    public SelectorProvider serverChannels() {
        return two.right.selectorProvider();
    }

    @Override
    public void close() {
        two.close();
    }
}
