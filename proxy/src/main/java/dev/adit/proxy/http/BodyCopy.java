package dev.adit.proxy.http;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.RequestReader;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Copies the body of a message as it comes, and not beyond its end. Confined to one thread.
final class BodyCopy {
    private final InputStream in;
    private final OutputStream out;
    private final boolean isPlain;
    private final byte[] buffer = new byte[BUFFER];

    /// @param isPlain leaves the marks of chunks out, for HTTP/1.0, where closing ends a body
    BodyCopy(InputStream in, OutputStream out, boolean isPlain) {
        this.in = in;
        this.out = out;
        this.isPlain = isPlain;
    }

    /// Copies a body of that length.
    ///
    /// @throws EOFException when it ends before
    void copy(BodyLength length) throws IOException {
        switch (length.kind()) {
            case NONE -> {}
            case COUNTED -> copy(length.bytes());
            case CHUNKED -> chunks();
            case UNTIL_CLOSE -> {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) out.write(buffer, 0, n);
            }
        }
    }

    private void copy(long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) throw new EOFException("ended within a body");
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    /// Chunks, without their extensions, and the fields behind them (RFC 9112 §7.1).
    private void chunks() throws IOException {
        while (true) {
            HttpHeadParser line = new HttpHeadParser(new RequestReader(in));
            long size = size(line.line());
            if (size == 0) break;
            mark(Long.toHexString(size) + "\r\n");
            copy(size);
            mark("\r\n");
            if (in.read() != '\r' || in.read() != '\n') {
                throw new BadRequestException("a chunk without its end");
            }
        }
        List<HttpField> trailers = new ArrayList<>();
        for (HttpField field : new HttpHeadParser(new RequestReader(in)).fields()) {
            if (!FRAMING.contains(field.name().toLowerCase(Locale.ROOT))) trailers.add(field);
        }
        if (!isPlain) out.write(HttpHead.bytes("0", trailers));
    }

    private void mark(String text) throws IOException {
        if (!isPlain) out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static long size(String line) throws BadRequestException {
        int end = line.indexOf(';');
        String digits = (end < 0 ? line : line.substring(0, end)).stripTrailing();
        boolean isNumber =
                !digits.isEmpty()
                        && digits.length() <= MOST_DIGITS
                        && digits.chars().allMatch(BodyCopy::isHexadecimal);
        if (!isNumber) throw new BadRequestException("not the size of a chunk");
        return Long.parseLong(digits, 16);
    }

    private static boolean isHexadecimal(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private static final int BUFFER = 16 << 10;
    private static final int MOST_DIGITS = 15;

    // Fields that may not come behind a body (RFC 9110 §6.5.1).
    private static final List<String> FRAMING =
            List.of("transfer-encoding", "content-length", "host", "connection", "trailer", "te");
}
