package dev.adit.integrations;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// Lines of random hexadecimal digits, as many as make up a number of bytes. Confined to one
/// thread.
final class Lines extends InputStream {
    private final SplittableRandom random = new SplittableRandom(15);
    private final byte[] digits = new byte[LENGTH / 2];
    private byte[] line = new byte[0];
    private int at;
    private long left;

    /// @param bytes the fewest; the last line is whole
    Lines(long bytes) {
        left = bytes;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int bytes) {
        if (at == line.length && !next()) return -1;
        int n = Math.min(bytes, line.length - at);
        System.arraycopy(line, at, to, from, n);
        at += n;
        return n;
    }

    private boolean next() {
        if (left <= 0) return false;
        random.nextBytes(digits);
        line = (HexFormat.of().formatHex(digits) + "\n").getBytes(StandardCharsets.US_ASCII);
        left -= line.length;
        at = 0;
        return true;
    }

    private static final int LENGTH = 1024;
}
