package dev.adit.net.channels;

import dev.adit.net.core.TunnelStack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/// Makes channels in a tunnel, and selectors for them. Thread-safe.
public final class TunnelSelectorProvider extends SelectorProvider {
    private final TunnelStack net;

    /// Of channels in this network.
    public TunnelSelectorProvider(TunnelStack net) {
        this.net = net;
    }

    private static ProtocolFamily check(ProtocolFamily family) {
        Objects.requireNonNull(family);
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new UnsupportedOperationException("Protocol family not supported: " + family);
        }
        return family;
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return socketChannel(null);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return socketChannel(check(family));
    }

    private SocketChannel socketChannel(@Nullable ProtocolFamily family) throws IOException {
        net.checkOpen();
        return new TunnelSocketChannel(this, net, family);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return serverSocketChannel(null);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return serverSocketChannel(check(family));
    }

    private ServerSocketChannel serverSocketChannel(@Nullable ProtocolFamily family)
            throws IOException {
        net.checkOpen();
        return new TunnelServerSocketChannel(this, net, family);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return datagramChannel(null);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return datagramChannel(check(family));
    }

    private DatagramChannel datagramChannel(@Nullable ProtocolFamily family) throws IOException {
        net.checkOpen();
        return new TunnelDatagramChannel(this, net, family);
    }

    /// A pipe of the JDK: it is of no network.
    @Override
    public Pipe openPipe() throws IOException {
        return Pipe.open();
    }

    @Override
    public AbstractSelector openSelector() {
        return new TunnelSelector(this);
    }

    @Override
    public String toString() {
        return "SelectorProvider of " + net.name();
    }
}
