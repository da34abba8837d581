package dev.adit.it.lab;

import dev.adit.net.Network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/// A program that carries random bytes there and back over one TCP connection, some megabytes a
/// second, until a file exists:
///
/// - `serve PORT`: sends back what it gets, with the host's sockets
/// - `carry CONF ADDRESS PORT FILE`: a network of its own; prints how many blocks have come back,
///   and at the end the SHA-256 of what was sent and of what came
public final class EchoTransfer {

    /// How many blocks have come back so far.
    public static int blocks(Running program) {
        String output = program.output();
        int end = output.lastIndexOf('\n');
        String last = output.substring(output.lastIndexOf('\n', end - 1) + 1, Math.max(end, 0));
        return last.startsWith("block ") ? Integer.parseInt(last.substring(6)) : 0;
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            serve(Integer.parseInt(args[1]));
            return;
        }
        try (Network network = Network.open(Path.of(args[1]));
                Socket socket =
                        network.socketFactory().createSocket(args[2], Integer.parseInt(args[3]))) {
            socket.setTrafficClass(TRAFFIC_CLASS);
            carry(socket, Path.of(args[4]));
        }
    }

    private static void serve(int port) throws IOException {
        try (ServerSocket server = new ServerSocket(port);
                Socket client = server.accept()) {
            client.getInputStream().transferTo(client.getOutputStream());
        }
    }

    private static void carry(Socket socket, Path end) throws Exception {
        FutureTask<String> sender = new FutureTask<>(() -> send(socket, end));
        Thread.ofVirtual().start(sender);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        InputStream in = new DigestInputStream(socket.getInputStream(), digest);
        byte[] block = new byte[BLOCK];
        for (int i = 1; in.readNBytes(block, 0, BLOCK) == BLOCK; i++) {
            System.out.println("block " + i);
        }
        System.out.println("sent " + sender.get());
        System.out.println("came " + HexFormat.of().formatHex(digest.digest()));
    }

    private static String send(Socket socket, Path end) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        OutputStream out = new DigestOutputStream(socket.getOutputStream(), digest);
        SplittableRandom random = new SplittableRandom(7);
        byte[] block = new byte[BLOCK];
        while (Files.notExists(end)) {
            random.nextBytes(block);
            out.write(block);
            LockSupport.parkNanos(PAUSE);
        }
        socket.shutdownOutput();
        return HexFormat.of().formatHex(digest.digest());
    }

    /// The traffic class of what the network sends: AF21 of RFC 2597.
    public static final int TRAFFIC_CLASS = 0x48;

    private static final int BLOCK = 1 << 16;
    private static final long PAUSE = 8_000_000; // nanoseconds

    private EchoTransfer() {}
}
