package dev.adit.proxy.stream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// A connection of a Unix socket. Thread-safe as a [Duplex].
public final class ChannelDuplex implements Duplex {
    private final SocketChannel channel;
    private final InputStream input;
    private final OutputStream output;

    /// Takes a connected channel in blocking mode over.
    public ChannelDuplex(SocketChannel channel) {
        this.channel = channel;
        input = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
        output = Channels.newOutputStream(channel);
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
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
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }

    @Override
    public String toString() {
        return "a Unix socket";
    }

    private static final int BUFFER = 8 << 10;
}
