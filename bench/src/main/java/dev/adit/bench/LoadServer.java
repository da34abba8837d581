package dev.adit.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/// The server for `bench/stack.sh`, on the host's sockets: `LoadServer PORT`.
///
/// A client sends a byte that says what it wants, a byte with the seconds that it takes, and one
/// with how many of those come first and are not measured:
///
/// - `o`: the server reads, then answers with the bytes and the nanoseconds that it measured
/// - `i`: the server writes
/// - `e`: the server sends back what comes
/// - `r`: the server answers with a byte and closes
public final class LoadServer {
    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 1024)) {
            System.out.println("listening");
            while (true) {
                Socket client = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            }
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(client.getInputStream());
            int mode = in.readUnsignedByte();
            int seconds = in.readUnsignedByte(), skip = in.readUnsignedByte();
            switch (mode) {
                case 'o' -> read(client, seconds, skip);
                case 'i' -> write(client, seconds);
                case 'e' -> in.transferTo(client.getOutputStream());
                case 'r' -> client.getOutputStream().write('r');
                default -> throw new IOException("mode " + mode);
            }
        } catch (IOException gone) {
            return; // a client that has measured enough goes as it likes
        }
    }

    private static void read(Socket client, int seconds, int skip) throws IOException {
        Measured measured = measure(client.getInputStream(), seconds, skip);
        DataOutputStream answer = new DataOutputStream(client.getOutputStream());
        answer.writeLong(measured.bytes());
        answer.writeLong(measured.nanos());
        answer.flush();
        client.getInputStream().transferTo(OutputStream.nullOutputStream()); // until it resets
    }

    private static void write(Socket client, int seconds) throws IOException {
        OutputStream out = client.getOutputStream();
        byte[] data = new byte[CHUNK];
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + 2);
        while (System.nanoTime() < end) out.write(data);
        client.setSoLinger(true, 0);
    }

    /// Reads for so many seconds, and counts what comes after the first `skip`.
    static Measured measure(InputStream in, int seconds, int skip) throws IOException {
        long begin = System.nanoTime() + TimeUnit.SECONDS.toNanos(skip);
        long end = begin + TimeUnit.SECONDS.toNanos(seconds - skip);
        byte[] data = new byte[CHUNK];
        long bytes = 0;
        while (true) {
            int n = in.read(data);
            long now = System.nanoTime();
            if (n < 0) throw new IOException("the stream ended");
            if (now >= begin) bytes += n;
            if (now >= end) return new Measured(bytes, now - begin);
        }
    }

    /// Bytes, and the time that they took.
    record Measured(long bytes, long nanos) {
        double megabits() {
            return bytes * 8000.0 / nanos;
        }
    }

    static final int CHUNK = 128 << 10;

    private LoadServer() {}
}
