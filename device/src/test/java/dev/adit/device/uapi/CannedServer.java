package dev.adit.device.uapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// Sends the same bytes to every client, whatever it asks, once it has asked as much as it says,
/// and hangs up.
final class CannedServer implements AutoCloseable {
    private final ServerSocketChannel channel;
    private final String answer;
    private final int enough;
    private final Thread thread;

    /// @param enough how many bytes to read before the answer
    CannedServer(Path path, String answer, int enough) throws IOException {
        channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(path));
        this.answer = answer;
        this.enough = enough;
        thread = Thread.ofPlatform().start(this::serve);
    }

    private void serve() {
        while (true) {
            try (SocketChannel client = channel.accept()) {
                ByteBuffer question = ByteBuffer.allocate(enough);
                while (question.hasRemaining() && client.read(question) >= 0) {}
                client.write(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)));
            } catch (IOException e) {
                if (!channel.isOpen()) return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
