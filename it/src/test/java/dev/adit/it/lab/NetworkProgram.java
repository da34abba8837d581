package dev.adit.it.lab;

import dev.adit.net.Network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A program with a network of its own, and one without that is at the other end:
///
/// - `network FILE ADDRESS PORT BYTES CONNECTIONS`: asks the server at the other end, over one
///   connection and over many at once, then listens on port 8080 for two conversations
/// - `serve PORT`: answers conversations with the host's sockets
/// - `ask ADDRESS PORT BYTES`: asks with the host's sockets
public final class NetworkProgram {
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "serve" -> serve(Integer.parseInt(args[1]));
            case "ask" -> ask(args[1], Integer.parseInt(args[2]), Long.parseLong(args[3]));
            default ->
                    network(
                            Path.of(args[1]),
                            args[2],
                            Integer.parseInt(args[3]),
                            Long.parseLong(args[4]),
                            Integer.parseInt(args[5]));
        }
    }

    private static void serve(int port) throws IOException {
        try (ServerSocket server = new ServerSocket(port, 1000)) {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            }
        }
    }

    private static void answer(Socket client) {
        try {
            HalfCloseExchange.answer(client);
        } catch (IOException e) {
            System.out.println("failed: " + e);
        }
    }

    private static void ask(String address, int port, long bytes) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 10_000);
            HalfCloseExchange.ask(socket, bytes, bytes, 7);
        }
        System.out.println("asked");
    }

    private static void network(Path file, String address, int port, long bytes, int connections)
            throws Exception {
        if (Files.exists(Path.of("/dev/net/tun"))) throw new IOException("/dev/net/tun is here");
        try (Network network = Network.open(file);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            System.out.println("peers: " + network.awaitPeers(Duration.ofSeconds(10)));
            boolean pinged =
                    network.ping(InetAddress.ofLiteral(address), Duration.ofSeconds(10))
                            .isPresent();
            System.out.println("ping: " + pinged);
            try (Socket socket = network.socketFactory().createSocket(address, port)) {
                HalfCloseExchange.ask(socket, bytes, bytes, 1);
            }
            System.out.println("carried");
            System.out.println("at once: " + atOnce(network, threads, address, port, connections));
            try (ServerSocket server = network.listen(8080)) {
                System.out.println("listening");
                for (int i = 0; i < 2; i++) HalfCloseExchange.answer(server.accept());
            }
            System.out.println("answered");
        }
        System.out.println("closed");
    }

    private static int atOnce(
            Network network, ExecutorService threads, String address, int port, int connections)
            throws Exception {
        List<Socket> open = new ArrayList<>();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            open.add(network.socketFactory().createSocket(address, port));
        }
        for (int i = 0; i < connections; i++) {
            Socket socket = open.get(i);
            int seed = i;
            all.add(
                    threads.submit(
                            () -> {
                                HalfCloseExchange.ask(socket, 10_000, 20_000, seed);
                                socket.close();
                                return null;
                            }));
        }
        for (Future<?> one : all) one.get();
        return all.size();
    }

    private NetworkProgram() {}
}
