package dev.adit.device.secret;

import dev.adit.protocol.keys.SecretKey;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// A growing text that may hold secrets and is erased. Confined to the thread that made it, which
/// closes it.
///
/// It lies outside the heap, where the garbage collector makes no copies of it.
public final class SecretText implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private MemorySegment memory = arena.allocate(4096);
    private int length;

    /// Makes an empty text.
    public SecretText() {}

    /// Appends text of ASCII characters.
    public SecretText add(String ascii) {
        return add(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private SecretText add(byte[] bytes) {
        reserve(bytes.length);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /// Appends `name`, `value` and the end of a line.
    public SecretText line(String name, Object value) {
        return add(name).add(value.toString()).add("\n");
    }

    /// The same, with a value in UTF-8.
    public SecretText utf8Line(String name, String value) {
        return add(name).add(value.getBytes(StandardCharsets.UTF_8)).add("\n");
    }

    /// Appends `name`, `key` in hexadecimal and the end of a line.
    public SecretText hexLine(String name, SecretKey key) {
        add(name).reserve(2 * SecretKey.LENGTH);
        key.toHex(memory, length);
        length += 2 * SecretKey.LENGTH;
        return add("\n");
    }

    /// Appends `name`, `key` in base64 and the end of a line.
    public SecretText base64Line(String name, SecretKey key) {
        add(name).reserve(BASE64_LENGTH);
        key.toBase64(memory, length);
        length += BASE64_LENGTH;
        return add("\n");
    }

    private void reserve(int more) {
        if (memory.byteSize() - length >= more) return;
        MemorySegment grown = arena.allocate(Math.max(2 * memory.byteSize(), length + more));
        MemorySegment.copy(memory, 0, grown, 0, length);
        memory.fill((byte) 0);
        memory = grown;
    }

    /// Writes the text to `out` and empties it, once there is enough to be worth it.
    public void drainIfLong(SecretOutput out) throws IOException {
        if (length >= WORTH_WRITING) drain(out);
    }

    /// Writes the text to `out` and empties it.
    public void drain(SecretOutput out) throws IOException {
        out.write(memory, length);
        erase();
    }

    /// A copy, which the caller erases.
    public byte[] toBytes() {
        return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /// Overwrites the text with zeros and empties it.
    private void erase() {
        memory.asSlice(0, length).fill((byte) 0);
        length = 0;
    }

    /// Erases everything.
    @Override
    public void close() {
        erase();
        arena.close();
    }

    private static final int BASE64_LENGTH = 44;
    private static final int WORTH_WRITING = 3072;
}
