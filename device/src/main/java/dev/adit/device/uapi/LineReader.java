package dev.adit.device.uapi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads lines of bounded length that may hold secrets, and erases them. Confined to one thread.
final class LineReader {
    private final ReadableByteChannel channel;
    private final MemorySegment memory;
    private final ByteBuffer buffer;
    private final byte[] line = new byte[MAX_LENGTH];

    /// @param memory where bytes wait to be read, outside the heap: for a buffer inside, the JDK
    ///   would make a copy that nobody erases
    LineReader(ReadableByteChannel channel, MemorySegment memory) {
        this.channel = channel;
        this.memory = memory;
        buffer = memory.asByteBuffer().limit(0);
    }

    /// Reads the next line into [#line] and returns its length without its end; or [#END] when
    /// there is none that is whole, or [#TOO_LONG] after skipping one that is too long.
    int next() throws IOException {
        int length = 0;
        boolean tooLong = false;
        while (true) {
            if (!buffer.hasRemaining() && !fill()) return END;
            byte b = buffer.get();
            if (b == '\n') return tooLong ? TOO_LONG : length;
            if (length == MAX_LENGTH) tooLong = true;
            else line[length++] = b;
        }
    }

    private boolean fill() throws IOException {
        int read = channel.read(buffer.clear());
        buffer.flip();
        return read >= 0;
    }

    /// The bytes of the line that was read last, from index 0.
    byte[] line() {
        return line;
    }

    /// True when the first `length` bytes of the line that was read last are `text`.
    boolean is(String text, int length) {
        if (length != text.length()) return false;
        for (int i = 0; i < length; i++) {
            if (line[i] != text.charAt(i)) return false;
        }
        return true;
    }

    /// A part of the line that was read last, which must be no secret.
    String text(int from, int length) {
        return new String(line, from, length, StandardCharsets.US_ASCII);
    }

    /// Erases what was read; what waits to be read stays.
    void erase() {
        Arrays.fill(line, (byte) 0);
        memory.asSlice(0, buffer.position()).fill((byte) 0);
        memory.asSlice(buffer.limit()).fill((byte) 0);
    }

    /// Erases everything; nothing can be read after it.
    void eraseAll() {
        Arrays.fill(line, (byte) 0);
        memory.fill((byte) 0);
    }

    static final int END = -1;
    static final int TOO_LONG = -2;

    /// No line of UAPI comes near it.
    static final int MAX_LENGTH = 4096;
}
