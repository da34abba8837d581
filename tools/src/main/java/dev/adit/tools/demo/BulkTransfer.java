package dev.adit.tools.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/// A checked bulk transfer over TCP. Stateless.
final class BulkTransfer {
    /// The result of a transfer: bytes, nanoseconds, and whether they arrived unchanged.
    record Figures(long bytes, long time, boolean intact) {
        /// The result as one line of three words.
        String toLine() {
            return "bulk " + bytes + " " + time + " " + intact;
        }

        static Figures parse(String line) {
            String[] words = line.split(" ");
            return new Figures(
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Boolean.parseBoolean(words[3]));
        }

        /// The result for people: `256 MiB in 1.20 s: 1790 Mbit/s, checksum correct`.
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d MiB in %.2f s: %.0f Mbit/s, checksum %s",
                    bytes >> 20,
                    time / 1e9,
                    bytes * 8e3 / time,
                    intact ? "correct" : "WRONG");
        }
    }

    /// Receives transfers, one after another, until the program ends; answers each with the number
    /// and the checksum of its bytes.
    static void serve(InetAddress address, int port) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(address, port));
            while (true) {
                try (SocketChannel channel = server.accept()) {
                    CRC32C checksum = new CRC32C();
                    long bytes = 0;
                    while (channel.read(buffer.clear()) >= 0) {
                        bytes += buffer.position();
                        checksum.update(buffer.flip());
                    }
                    write(
                            channel,
                            buffer.clear().putLong(bytes).putLong(checksum.getValue()).flip());
                }
            }
        }
    }

    /// Sends until `most` bytes are sent or `seconds` are over.
    static Figures measure(InetAddress address, int port, long most, int seconds)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        SplittableRandom random = new SplittableRandom(port);
        while (block.hasRemaining()) block.putLong(random.nextLong());
        CRC32C checksum = new CRC32C();
        long bytes = 0;
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(address, port))) {
            long start = System.nanoTime(), end = start + TimeUnit.SECONDS.toNanos(seconds);
            while (bytes < most && System.nanoTime() < end) {
                block.clear().putLong(0, bytes); // no two blocks are the same
                checksum.update(block);
                write(channel, block.rewind());
                bytes += BLOCK;
            }
            channel.shutdownOutput();
            boolean intact = confirmed(channel, bytes, checksum.getValue());
            return new Figures(bytes, System.nanoTime() - start, intact);
        }
    }

    private static boolean confirmed(SocketChannel channel, long bytes, long checksum)
            throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(2 * Long.BYTES);
        while (answer.hasRemaining()) {
            if (channel.read(answer) < 0) return false;
        }
        answer.flip();
        return answer.getLong() == bytes && answer.getLong() == checksum;
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }

    private static final int BLOCK = 256 << 10; // bytes

    private BulkTransfer() {}
}
