package dev.adit.device.uapi;

import dev.adit.device.secret.SecretOutput;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/// Writes text that may hold secrets, and erases the written bytes. Confined to one thread.
final class ChannelOutput extends OutputStream implements SecretOutput {
    private final WritableByteChannel channel;
    private final MemorySegment memory;
    private final ByteBuffer buffer;

    /// @param memory a buffer for the bytes to write, outside the heap: for a buffer on the heap,
    ///   the JDK would make a copy that is not erased
    ChannelOutput(WritableByteChannel channel, MemorySegment memory) {
        this.channel = channel;
        this.memory = memory;
        buffer = memory.asByteBuffer();
    }

    /// Writes text of ASCII characters.
    void write(String ascii) throws IOException {
        write(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void write(int b) throws IOException {
        if (!buffer.hasRemaining()) flush();
        buffer.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (!buffer.hasRemaining()) flush();
            int part = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, from + done, part);
            done += part;
        }
    }

    @Override
    public void write(MemorySegment text, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (!buffer.hasRemaining()) flush();
            int part = Math.min(length - done, buffer.remaining());
            MemorySegment.copy(text, done, memory, buffer.position(), part);
            buffer.position(buffer.position() + part);
            done += part;
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            buffer.flip();
            while (buffer.hasRemaining()) channel.write(buffer);
        } finally {
            erase();
        }
    }

    /// Discards the text that is not written yet.
    void erase() {
        buffer.clear();
        memory.fill((byte) 0);
    }
}
