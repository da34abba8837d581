package dev.adit.device.uapi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.function.LongSupplier;

/// The connection of a client, and the time for which the client has been idle. Thread-safe.
final class UapiSession implements ByteChannel, UapiConnection.Busy {
    private final SocketChannel channel;
    private final LongSupplier clock;
    private volatile long lastByte;
    private volatile boolean busy;

    /// @param clock nanoseconds from any origin
    UapiSession(SocketChannel channel, LongSupplier clock) {
        this.channel = channel;
        this.clock = clock;
        lastByte = clock.getAsLong();
    }

    /// The underlying connection.
    SocketChannel channel() {
        return channel;
    }

    /// Nanoseconds since the last byte came or we began to send one; 0 while the client waits for
    /// the device.
    long idle() {
        return busy ? 0 : clock.getAsLong() - lastByte;
    }

    @Override
    public void busy(boolean busy) {
        lastByte = clock.getAsLong();
        this.busy = busy;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = channel.read(target);
        lastByte = clock.getAsLong();
        return read;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        // Before the write, so that a client that has its answer counts as idle from here on.
        lastByte = clock.getAsLong();
        return channel.write(source);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Ends the connection, and every operation waiting for it, at once.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone whatever close(2) returns, and the bytes are not needed.
        }
    }
}
