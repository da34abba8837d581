package dev.adit.it.lab;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// A program that carries a known sequence of bytes over one TCP connection, some megabytes a
/// second, until it is ended: `serve PORT`, or `fetch ADDRESS PORT`, which prints after every 64
/// KiB how many of these have come, and ends at the first byte that is wrong.
public final class EndlessOverTcp {

    /// The command that runs it in `netns`.
    public static Command in(Netns netns, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> argv = new ArrayList<>(List.of(java.toString(), "-Xmx32m"));
        argv.addAll(List.of("-cp", "target/test-classes", EndlessOverTcp.class.getName()));
        argv.addAll(List.of(arguments));
        return netns.command(argv.toArray(String[]::new));
    }

    /// How many blocks a `fetch` has received so far.
    public static int blocks(Running fetch) {
        String output = fetch.output();
        int end = output.lastIndexOf('\n');
        if (end < 0) return 0;
        return Integer.parseInt(output.substring(output.lastIndexOf('\n', end - 1) + 1, end));
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) serve(Integer.parseInt(args[1]));
        else fetch(args[1], Integer.parseInt(args[2]));
    }

    private static void serve(int port) throws Exception {
        try (ServerSocket server = new ServerSocket(port);
                Socket client = server.accept();
                OutputStream out = client.getOutputStream()) {
            for (int i = 0; ; i++) {
                out.write(block(i));
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private static void fetch(String address, int port) throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 10_000);
            InputStream in = socket.getInputStream();
            for (int i = 0; ; i++) {
                if (!Arrays.equals(in.readNBytes(BLOCK), block(i))) {
                    System.out.println("wrong in block " + i);
                    System.exit(1);
                }
                System.out.println(i + 1);
            }
        }
    }

    private static byte[] block(int number) {
        byte[] bytes = new byte[BLOCK];
        new SplittableRandom(number).nextBytes(bytes);
        return bytes;
    }

    private static final int BLOCK = 1 << 16;
    private static final long PAUSE = 8_000_000; // nanoseconds

    private EndlessOverTcp() {}
}
