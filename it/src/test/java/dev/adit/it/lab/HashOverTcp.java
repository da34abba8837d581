package dev.adit.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// A program that carries random bytes over one TCP connection and prints their SHA-256 at each
/// end: `serve PORT BYTES` or `fetch ADDRESS PORT`.
public final class HashOverTcp {

    /// The command that runs it in `netns`.
    public static Command in(Netns netns, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> argv = new ArrayList<>(List.of(java.toString(), "-cp", "target/test-classes"));
        argv.add(HashOverTcp.class.getName());
        argv.addAll(List.of(arguments));
        return netns.command(argv.toArray(String[]::new));
    }

    public static void main(String[] args) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long bytes =
                args[0].equals("serve")
                        ? serve(Integer.parseInt(args[1]), Long.parseLong(args[2]), digest)
                        : fetch(args[1], Integer.parseInt(args[2]), digest);
        System.out.println(bytes + " " + HexFormat.of().formatHex(digest.digest()));
    }

    private static long serve(int port, long bytes, MessageDigest digest) throws IOException {
        SplittableRandom random = new SplittableRandom();
        byte[] buffer = new byte[1 << 16];
        try (ServerSocket server = new ServerSocket(port);
                Socket client = server.accept();
                OutputStream out = client.getOutputStream()) {
            for (long left = bytes; left > 0; ) {
                random.nextBytes(buffer);
                // Odd sizes too, so that packets are not all full.
                int part = (int) Math.min(left, 1 + random.nextInt(buffer.length));
                digest.update(buffer, 0, part);
                out.write(buffer, 0, part);
                left -= part;
            }
        }
        return bytes;
    }

    private static long fetch(String address, int port, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 10_000);
            InputStream in = socket.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                bytes += n;
            }
        }
        return bytes;
    }

    private HashOverTcp() {}
}
