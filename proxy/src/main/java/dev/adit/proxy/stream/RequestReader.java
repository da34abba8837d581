package dev.adit.proxy.stream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Reads the request of a client, of at most 64 KiB, and nothing beyond it. Confined to one thread.
public final class RequestReader {
    private final InputStream in;
    private int left = MOST;

    /// @param in buffered, so that a byte at a time is cheap
    public RequestReader(InputStream in) {
        this.in = in;
    }

    /// Reads a byte, 0 to 255.
    ///
    /// @throws BadRequestException when the request is too long
    /// @throws EOFException when it ends before it is whole
    public int octet() throws IOException {
        int value = octetOrEnd();
        if (value < 0) throw new EOFException("ended within a request");
        return value;
    }

    /// Reads a byte, or -1 at the end of the stream.
    public int octetOrEnd() throws IOException {
        if (left-- == 0) throw new BadRequestException("longer than " + MOST + " bytes");
        return in.read();
    }

    /// Reads two bytes, the most significant first.
    public int port() throws IOException {
        int high = octet();
        return high << 8 | octet();
    }

    /// Reads exactly `length` bytes.
    public byte[] octets(int length) throws IOException {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) octets[i] = (byte) octet();
        return octets;
    }

    /// Reads characters of ISO 8859-1 up to a byte `end`, which is taken and left out.
    ///
    /// @param most characters
    public String until(int end, int most) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int value = octet(); value != end; value = octet()) {
            if (text.length() == most) throw new BadRequestException("a text is too long");
            text.append((char) value);
        }
        return text.toString();
    }

    /// Reads a text of a byte's length before it, as SOCKS has them.
    public String counted() throws IOException {
        return new String(octets(octet()), StandardCharsets.ISO_8859_1);
    }

    private static final int MOST = 64 << 10;
}
