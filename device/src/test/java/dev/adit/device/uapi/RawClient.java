package dev.adit.device.uapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// Sends and receives bytes as they are.
final class RawClient implements AutoCloseable {
    private final SocketChannel channel;
    private final ByteBuffer one = ByteBuffer.allocate(1);

    RawClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    RawClient send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) channel.write(bytes);
        return this;
    }

    /// Everything up to the next empty line, or to the end.
    String answer() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int last = 0, b = read(); b >= 0; last = b, b = read()) {
            text.write(b);
            if (b == '\n' && last == '\n') break;
        }
        return text.toString(ISO_8859_1);
    }

    /// Sends, then waits for the answer.
    String ask(String text) throws IOException {
        return send(text).answer();
    }

    /// The next byte, or -1 at the end.
    int read() throws IOException {
        return channel.read(one.clear()) < 0 ? -1 : one.get(0) & 0xff;
    }

    RawClient endOutput() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
