package dev.adit.tools.terminal;

import dev.adit.protocol.keys.SecretKey;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Output that may contain secrets: bytes that can be erased, unlike a String. Confined to one
/// thread.
public final class ErasableText implements AutoCloseable {
    private byte[] bytes = new byte[256];
    private int length;

    /// Appends `text` as UTF-8.
    public ErasableText add(String text) {
        byte[] more = text.getBytes(StandardCharsets.UTF_8);
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    /// Appends `key` in base64, for a reader who is entitled to it.
    public ErasableText add(SecretKey key) {
        reserve(BASE64_LENGTH);
        key.toBase64(bytes, length);
        length += BASE64_LENGTH;
        return this;
    }

    private void reserve(int more) {
        if (bytes.length - length >= more) return;
        byte[] larger = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        Arrays.fill(bytes, (byte) 0);
        bytes = larger;
    }

    /// Writes the whole text at once.
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /// Erases the text.
    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
        length = 0;
    }

    private static final int BASE64_LENGTH = 44;
}
