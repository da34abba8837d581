package dev.adit.proxy.stream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection whose input is buffered, so that requests can be read byte by byte. Thread-safe as
/// a [Duplex].
abstract class BufferedDuplex implements Duplex {
    private final InputStream input;
    private final OutputStream output;

    BufferedDuplex(InputStream input, OutputStream output) {
        this.input = new BufferedInputStream(input, BUFFER);
        this.output = output;
    }

    /// Ends both directions.
    abstract void end() throws IOException;

    @Override
    public final InputStream input() {
        return input;
    }

    @Override
    public final OutputStream output() {
        return output;
    }

    @Override
    public final void close() {
        try {
            end();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }

    private static final int BUFFER = 8 << 10;
}
