package dev.adit.proxy.stream;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// A connection of a Unix socket. Thread-safe as a [Duplex].
public final class ChannelDuplex extends BufferedDuplex {
    private final SocketChannel channel;

    /// Takes a connected channel in blocking mode over.
    public ChannelDuplex(SocketChannel channel) {
        super(Channels.newInputStream(channel), Channels.newOutputStream(channel));
        this.channel = channel;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /// Unix sockets have no reset.
    @Override
    public void abort() {
        close();
    }

    @Override
    void end() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "a Unix socket";
    }
}
