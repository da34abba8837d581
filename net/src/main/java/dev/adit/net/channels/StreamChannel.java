package dev.adit.net.channels;

import dev.adit.net.socket.TunnelStreams;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/// The reading and writing half of a channel: the calls of [TunnelStreams], which in blocking mode
/// are between [#begin] and [#end], so that an interrupt and a close end them as the JDK says.
///
/// Thread-safe: one thread at a time reads, and one writes.
abstract class StreamChannel extends SocketChannel {
    StreamChannel(SelectorProvider provider) {
        super(provider);
    }

    // ---- reading

    /// The streams, once connected.
    ///
    /// @throws java.nio.channels.NotYetConnectedException before
    /// @throws java.nio.channels.ClosedChannelException when the channel is closed
    abstract TunnelStreams stream() throws IOException;

    /// What a failure of the socket is for a channel. Closes it when the network is closed, since
    /// nothing will come of it any more.
    abstract IOException failure(SocketException e) throws IOException;

    @Override
    public int read(ByteBuffer to) throws IOException {
        Objects.requireNonNull(to);
        TunnelStreams stream = stream();
        if (to.isReadOnly()) throw new IllegalArgumentException("Read-only buffer");
        return isBlocking() ? readAndWait(stream, to) : readNow(stream, to);
    }

    private int readNow(TunnelStreams stream, ByteBuffer to) throws IOException {
        try {
            return advance(to, stream.readNow(MemorySegment.ofBuffer(to), to.remaining()));
        } catch (SocketException e) {
            throw failure(e);
        }
    }

    private int readAndWait(TunnelStreams stream, ByteBuffer to) throws IOException {
        int n = 0;
        begin();
        try {
            n = advance(to, stream.read(MemorySegment.ofBuffer(to), to.remaining()));
        } finally {
            end(n != 0 || !to.hasRemaining());
        }
        return n;
    }

    private static int advance(ByteBuffer buffer, int bytes) {
        if (bytes > 0) buffer.position(buffer.position() + bytes);
        return bytes;
    }

    @Override
    public long read(ByteBuffer[] to, int at, int count) throws IOException {
        Objects.checkFromIndexSize(at, count, to.length);
        TunnelStreams stream = stream();
        for (int i = at; i < at + count; i++) {
            if (to[i].isReadOnly()) throw new IllegalArgumentException("Read-only buffer");
        }
        long sum = 0;
        for (int i = at; i < at + count; i++) {
            if (!to[i].hasRemaining()) continue;
            if (sum > 0 && (!isOpen() || stream.available() == 0)) break;
            int n = read(to[i]);
            if (n <= 0) return sum > 0 ? sum : n;
            sum += n;
            if (to[i].hasRemaining()) break;
        }
        return sum;
    }

    // ---- writing

    private TunnelStreams streamToWrite() throws IOException {
        TunnelStreams stream = stream();
        // As the JDK, which looks for it at the end of the call.
        if (stream.isOutputShutdown()) throw new AsynchronousCloseException();
        return stream;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        Objects.requireNonNull(from);
        TunnelStreams stream = streamToWrite();
        return isBlocking() ? writeAndWait(stream, from) : writeNow(stream, from);
    }

    private int writeNow(TunnelStreams stream, ByteBuffer from) throws IOException {
        if (!from.hasRemaining()) return 0;
        try {
            return advance(from, stream.writeNow(MemorySegment.ofBuffer(from), from.remaining()));
        } catch (SocketException e) {
            if (stream.isOutputShutdown()) throw new AsynchronousCloseException();
            throw failure(e);
        }
    }

    private int writeAndWait(TunnelStreams stream, ByteBuffer from) throws IOException {
        int bytes = from.remaining();
        boolean isDone = false;
        begin();
        try {
            stream.write(MemorySegment.ofBuffer(from), bytes);
            isDone = true;
        } catch (SocketException e) {
            if (stream.isOutputShutdown()) throw new AsynchronousCloseException();
            throw e;
        } finally {
            end(isDone);
        }
        return advance(from, bytes);
    }

    @Override
    public long write(ByteBuffer[] from, int at, int count) throws IOException {
        Objects.checkFromIndexSize(at, count, from.length);
        streamToWrite();
        long sum = 0;
        for (int i = at; i < at + count; i++) {
            if (!from[i].hasRemaining()) continue;
            sum += write(from[i]);
            if (from[i].hasRemaining()) break;
        }
        return sum;
    }
}
