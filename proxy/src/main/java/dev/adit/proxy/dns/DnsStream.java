package dev.adit.proxy.dns;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;

/// DNS messages in a TCP connection, each behind its length (RFC 1035 §4.2.2). Stateless.
final class DnsStream {
    /// Reads a message, or null when the stream ends, be it within a message.
    static byte @Nullable [] read(InputStream in) throws IOException {
        byte[] size = in.readNBytes(Short.BYTES);
        if (size.length < Short.BYTES) return null;
        byte[] message = in.readNBytes(length(size));
        return message.length < length(size) ? null : message;
    }

    /// The number in front of a message.
    static int length(byte[] size) {
        return (size[0] & 0xff) << 8 | size[1] & 0xff;
    }

    /// A message of at most 65,535 bytes behind its length.
    static byte[] framed(byte[] message) {
        byte[] framed = new byte[message.length + Short.BYTES];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, Short.BYTES, message.length);
        return framed;
    }

    private DnsStream() {}
}
