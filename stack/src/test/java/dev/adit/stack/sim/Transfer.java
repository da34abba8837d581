package dev.adit.stack.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Ending;

import java.lang.foreign.MemorySegment;

/// One direction of a connection: a program that writes `total` numbered bytes and one that reads
/// and checks them. Both act when [#step] is called.
public final class Transfer {
    private final Connection from;
    private final Connection to;
    private final long total;
    private final int chunk;
    private final byte[] data;
    private final byte[] got;
    private long written;
    private long read;
    private boolean shut;
    private boolean ended;

    /// @param chunk bytes of one call
    public Transfer(Connection from, Connection to, long total, int chunk) {
        this.from = from;
        this.to = to;
        this.total = total;
        this.chunk = chunk;
        data = new byte[chunk];
        got = new byte[chunk];
    }

    private static byte at(long position) {
        return (byte) (position * 31 + (position >> 8) * 7 + (position >> 16));
    }

    /// Writes and reads what can be.
    ///
    /// @return true when anything was
    public boolean step(long now) {
        return write(now) | read(now);
    }

    public boolean write(long now) {
        boolean any = false;
        while (written < total) {
            int n = (int) Math.min(chunk, total - written);
            for (int i = 0; i < n; i++) data[i] = at(written + i);
            int taken = from.write(now, MemorySegment.ofArray(data), 0, n);
            if (taken <= 0) {
                if (taken < 0) ended = true;
                return any;
            }
            written += taken;
            any = true;
        }
        if (!shut) {
            shut = true;
            from.shutdownOutput(now);
            any = true;
        }
        return any;
    }

    public boolean read(long now) {
        boolean any = false;
        while (true) {
            int n = to.read(now, MemorySegment.ofArray(got), 0, chunk);
            if (n <= 0) {
                if (n < 0) ended = true;
                return any;
            }
            for (int i = 0; i < n; i++) {
                if (got[i] != at(read + i)) {
                    throw new AssertionError("byte " + (read + i) + " is wrong");
                }
            }
            read += n;
            any = true;
        }
    }

    public long bytesRead() {
        return read;
    }

    public boolean isDone() {
        return read == total;
    }

    /// True when one end knows of an error. The other may not: the reset may be lost, too.
    public boolean isEnded() {
        return ended || hasFailed(from) || hasFailed(to);
    }

    private static boolean hasFailed(Connection c) {
        return c.ending() != null && c.ending().reason() != Ending.Reason.FINISHED;
    }

    public void assertDone() {
        assertThat(read).isEqualTo(total);
    }
}
