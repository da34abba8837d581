package dev.adit.it.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A TCP exchange that works only if half-close does: one side says how much it wants, sends, and
/// ends its direction; the other answers with as many bytes, the SHA-256 of what it has heard, and
/// its end. Stateless.
public final class HalfCloseExchange {

    /// Sends `there` bytes and gets `back`; fails unless both arrive unharmed.
    public static void ask(Socket socket, long there, long back, long seed) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeLong(back);
        out.writeLong(seed);
        byte[] sent = send(out, there, seed);
        socket.shutdownOutput();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        MessageDigest digest = sha256();
        receive(in, back, digest);
        byte[] heard = in.readNBytes(sent.length);
        if (in.read() >= 0) throw new IOException("there is more than the answer");
        if (!Arrays.equals(heard, sent)) throw new IOException("what was sent arrived otherwise");
        if (!Arrays.equals(digest.digest(), expected(back, ~seed))) {
            throw new IOException("what came back is otherwise");
        }
    }

    /// Answers one conversation, and closes.
    public static void answer(Socket socket) throws IOException {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            long back = in.readLong(), seed = in.readLong();
            MessageDigest digest = sha256();
            receive(in, Long.MAX_VALUE, digest);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            send(out, back, ~seed);
            out.write(digest.digest());
        }
    }

    private static byte[] send(DataOutputStream out, long bytes, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        for (long left = bytes; left > 0; ) {
            random.nextBytes(buffer);
            int part = (int) Math.min(left, buffer.length);
            digest.update(buffer, 0, part);
            out.write(buffer, 0, part);
            left -= part;
        }
        return digest.digest();
    }

    private static byte[] expected(long bytes, long seed) throws IOException {
        return send(new DataOutputStream(java.io.OutputStream.nullOutputStream()), bytes, seed);
    }

    private static void receive(InputStream in, long most, MessageDigest digest)
            throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long left = most; left > 0; ) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) return;
            digest.update(buffer, 0, n);
            left -= n;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private HalfCloseExchange() {}
}
