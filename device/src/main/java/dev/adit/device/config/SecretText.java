package dev.adit.device.config;

import dev.adit.protocol.keys.SecretKey;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text that may hold secrets, as bytes that grow and are erased. Not thread-safe.
///
/// Whoever makes one calls [#erase].
final class SecretText {
    private byte[] bytes = new byte[4096];
    private int length;

    /// Appends text of ASCII characters.
    SecretText add(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) bytes[length++] = (byte) ascii.charAt(i);
        return this;
    }

    /// Appends `name`, `value` and the end of a line.
    SecretText line(String name, Object value) {
        return add(name).add(value.toString()).add("\n");
    }

    /// The same, with a value in UTF-8.
    SecretText utf8Line(String name, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        add(name).reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return add("\n");
    }

    /// Appends `name`, `key` in hexadecimal and the end of a line.
    SecretText hexLine(String name, SecretKey key) {
        add(name).reserve(2 * SecretKey.LENGTH);
        key.toHex(bytes, length);
        length += 2 * SecretKey.LENGTH;
        return add("\n");
    }

    /// Appends `name`, `key` in base64 and the end of a line.
    SecretText base64Line(String name, SecretKey key) {
        add(name).reserve(BASE64_LENGTH);
        key.toBase64(bytes, length);
        length += BASE64_LENGTH;
        return add("\n");
    }

    private void reserve(int more) {
        if (bytes.length - length >= more) return;
        byte[] grown = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        Arrays.fill(bytes, (byte) 0);
        bytes = grown;
    }

    /// Writes everything to `out` once there is enough to be worth it, and forgets it.
    void drainIfLong(OutputStream out) throws IOException {
        if (length >= WORTH_WRITING) drain(out);
    }

    /// Writes everything to `out` and forgets it.
    void drain(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        erase();
    }

    /// A copy, which its receiver erases.
    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /// Overwrites everything with zeros, and begins again with nothing.
    void erase() {
        Arrays.fill(bytes, 0, length, (byte) 0);
        length = 0;
    }

    private static final int BASE64_LENGTH = 44;
    private static final int WORTH_WRITING = 3072;
}
