package dev.adit.device.uapi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;

/// A connection to a client, and for how long the client has done nothing. Thread-safe.
final class Client implements ByteChannel, UapiConnection.Busy {
    private final SocketChannel channel;
    private volatile long lastByte = System.nanoTime();
    private volatile boolean busy;

    Client(SocketChannel channel) {
        this.channel = channel;
    }

    /// Nanoseconds since the last byte came or went, or 0 while the client waits for the device.
    long idle() {
        return busy ? 0 : System.nanoTime() - lastByte;
    }

    @Override
    public void busy(boolean busy) {
        lastByte = System.nanoTime();
        this.busy = busy;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = channel.read(target);
        lastByte = System.nanoTime();
        return read;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int written = channel.write(source);
        lastByte = System.nanoTime();
        return written;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Ends the connection, and whatever waits for it, at once.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone whatever close(2) says, and nobody waits for the bytes.
        }
    }
}
