package dev.adit.proxy.http;

import dev.adit.proxy.stream.Duplex;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection whose other end has said all it will say. Confined to one thread.
final class MemoryDuplex implements Duplex {
    final ByteArrayInputStream input;
    final ByteArrayOutputStream output = new ByteArrayOutputStream();

    MemoryDuplex(byte[] said) {
        input = new ByteArrayInputStream(said);
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
    public void shutdownOutput() {}

    @Override
    public void abort() {}

    @Override
    public void close() {}
}
