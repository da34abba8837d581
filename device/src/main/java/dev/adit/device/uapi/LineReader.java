package dev.adit.device.uapi;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads lines of bounded length that may hold secrets, and erases them. Confined to one thread.
///
/// The values of some keys never get on the heap, where the garbage collector could copy them.
final class LineReader {
    private final ReadableByteChannel channel;
    private final MemorySegment memory;
    private final ByteBuffer buffer;
    private final MemorySegment secret;
    private final byte[][] names;
    private final byte[] line = new byte[MAX_LENGTH];
    private int head; // bytes of the line that are in the array
    private int hidden; // bytes of its value that are in the secret; negative when there is none

    /// @param secretNames names with the `=` behind them, whose values are kept off the heap
    LineReader(ReadableByteChannel channel, MemorySegment memory, String... secretNames) {
        this.channel = channel;
        long end = memory.byteSize() - MAX_SECRET;
        this.memory = memory.asSlice(0, end);
        secret = memory.asSlice(end);
        names = new byte[secretNames.length][];
        for (int i = 0; i < names.length; i++) {
            names[i] = secretNames[i].getBytes(StandardCharsets.US_ASCII);
        }
        buffer = this.memory.asByteBuffer().limit(0);
    }

    /// Reads the next line into [#line] and [#secret] and returns its length without its end; or
    /// [#END] at the end of the input, [#CUT_OFF] for an incomplete last line, or [#TOO_LONG] after
    /// skipping a line that is too long.
    int next() throws IOException {
        head = 0;
        hidden = -1;
        boolean tooLong = false;
        while (true) {
            if (!buffer.hasRemaining() && !fill()) return head == 0 && !tooLong ? END : CUT_OFF;
            byte b = buffer.get();
            if (b == '\n') return tooLong ? TOO_LONG : head + Math.max(hidden, 0);
            if (hidden == MAX_SECRET || head == MAX_LENGTH) tooLong = true;
            else if (hidden >= 0) secret.set(ValueLayout.JAVA_BYTE, hidden++, b);
            else add(b);
        }
    }

    private void add(byte b) {
        line[head++] = b;
        if (b != '=') return;
        for (byte[] name : names) {
            if (Arrays.equals(line, 0, head, name, 0, name.length)) hidden = 0;
        }
    }

    /// The value of the last line when it is a secret, else null.
    @Nullable MemorySegment secret() {
        return hidden < 0 ? null : secret.asSlice(0, hidden);
    }

    /// The number of bytes of the last line in [#line]: all of it except a secret.
    int head() {
        return head;
    }

    private boolean fill() throws IOException {
        int read = channel.read(buffer.clear());
        buffer.flip();
        return read >= 0;
    }

    /// The bytes of the last line, from index 0.
    byte[] line() {
        return line;
    }

    /// True when the first `length` bytes of the last line are `text`.
    boolean is(String text, int length) {
        if (length != text.length()) return false;
        for (int i = 0; i < length; i++) {
            if (line[i] != text.charAt(i)) return false;
        }
        return true;
    }

    /// A part of the last line, which must not be secret.
    String text(int from, int length) {
        return new String(line, from, length, StandardCharsets.US_ASCII);
    }

    /// Erases the last line; input that is buffered stays.
    void erase() {
        eraseLine();
        memory.asSlice(0, buffer.position()).fill((byte) 0);
        memory.asSlice(buffer.limit()).fill((byte) 0);
    }

    /// Erases everything; afterwards nothing can be read.
    void eraseAll() {
        eraseLine();
        memory.fill((byte) 0);
    }

    private void eraseLine() {
        Arrays.fill(line, (byte) 0);
        secret.fill((byte) 0);
    }

    static final int END = -1;
    static final int TOO_LONG = -2;
    static final int CUT_OFF = -3;

    /// True when nothing can follow after this result of [#next].
    static boolean isLast(int length) {
        return length == END || length == CUT_OFF;
    }

    /// More than the length of any secret, so that one that is too long is distinguished from a
    /// malformed one.
    static final int MAX_SECRET = 256;

    /// Far more than the length of any line of UAPI.
    static final int MAX_LENGTH = 4096;
}
