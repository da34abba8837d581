package dev.adit.proxy.stream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/// A connection whose bytes are counted. Thread-safe as a [Duplex].
final class CountedDuplex implements Duplex {
    private final Duplex connection;
    private final InputStream input;
    private final OutputStream output;

    /// @param in is told of bytes that are read
    /// @param out is told of bytes that are written
    CountedDuplex(Duplex connection, LongConsumer in, LongConsumer out) {
        this.connection = connection;
        input = new CountedInput(connection.input(), in);
        output = new CountedOutput(connection.output(), out);
    }

    private static final class CountedInput extends FilterInputStream {
        private final LongConsumer counter;

        CountedInput(InputStream from, LongConsumer counter) {
            super(from);
            this.counter = counter;
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            if (octet >= 0) counter.accept(1);
            return octet;
        }

        @Override
        public int read(byte[] buffer, int at, int length) throws IOException {
            int n = in.read(buffer, at, length);
            if (n > 0) counter.accept(n);
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = in.skip(n);
            counter.accept(skipped);
            return skipped;
        }
    }

    private static final class CountedOutput extends OutputStream {
        private final OutputStream to;
        private final LongConsumer counter;

        CountedOutput(OutputStream to, LongConsumer counter) {
            this.to = to;
            this.counter = counter;
        }

        @Override
        public void write(int octet) throws IOException {
            counter.accept(1); // first, as the other end may answer before this thread goes on
            to.write(octet);
        }

        @Override
        public void write(byte[] buffer, int at, int length) throws IOException {
            counter.accept(length);
            to.write(buffer, at, length);
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void shutdownOutput() throws IOException {
        connection.shutdownOutput();
    }

    @Override
    public void abort() {
        connection.abort();
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
