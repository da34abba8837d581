package dev.adit.it.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.TunFactory;
import dev.adit.stack.Stack;
import dev.adit.stack.StackConfig;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A program in a network namespace of its own: bytes from our TCP to the system's and back, both
/// at once, over a [LossyBridge]. Prints `whole` for each connection whose SHA-256 are right.
public final class LossyTransfers {
    /// @param args bytes for each direction; Linux's congestion control
    public static void main(String[] args) throws Exception {
        int bytes = Integer.parseInt(args[0]);
        TunFactory tuns = ServiceLoader.load(TunFactory.class).findFirst().orElseThrow();
        StackConfig config =
                StackConfig.of(
                        1420,
                        new StackConfig.Address(address("10.7.0.2"), 24),
                        new StackConfig.Address(address("fd07::2"), 64));
        Stack stack = new Stack(config, new SipHash(1, 2), new Random(3), StackEvents.NONE);
        try (LossyBridge bridge = new LossyBridge(stack, tuns.create("tun0", 1420), 10);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            bridge.start();
            TcpTraces.run("ip", "address", "add", "10.7.0.1/24", "dev", "tun0");
            TcpTraces.run("ip", "address", "add", "fd07::1/64", "dev", "tun0", "nodad");
            TcpTraces.run("ip", "link", "set", "tun0", "up");
            useByRoute("10.7.0.0/24", "0", args[1]);
            useByRoute("fd07::/64", "256", args[1]);
            for (boolean v6 : new boolean[] {false, true}) {
                String linux = v6 ? "fd07::1" : "10.7.0.1", ours = v6 ? "fd07::2" : "10.7.0.2";
                Future<String> called = threads.submit(() -> calls(stack, linux, ours, bytes));
                Future<String> calling = threads.submit(() -> accepts(stack, ours, v6, bytes));
                System.out.println("called " + ours + ": " + called.get());
                System.out.println("calling " + ours + ": " + calling.get());
            }
            awaitMemory(stack);
            System.out.println("memory: " + stack.stats().memory());
        }
    }

    /// The sysctl of a namespace takes only what the system allows everybody.
    private static void useByRoute(String net, String metric, String control) throws Exception {
        TcpTraces.run(
                Stream.of("ip route replace", net, "dev tun0 metric", metric, "congctl", control)
                        .flatMap(words -> Stream.of(words.split(" ")))
                        .toArray(String[]::new));
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    /// Ours connects to a server of the system's.
    private static String calls(Stack stack, String linux, String ours, int bytes)
            throws Exception {
        try (ServerSocket server = new ServerSocket(8080, 5, InetAddress.ofLiteral(linux))) {
            FourTuple pair = new FourTuple(address(ours), 0, address(linux), 8080);
            Connection c = stack.connect(LossyBridge.now(), pair, TcpOptions.DEFAULT);
            return both(c, server.accept(), bytes);
        }
    }

    /// The system connects to ours.
    private static String accepts(Stack stack, String ours, boolean v6, int bytes)
            throws Exception {
        int port = v6 ? 9091 : 9090;
        Listener listener = stack.listen(LossyBridge.now(), null, port, 5, TcpOptions.DEFAULT);
        Socket socket = new Socket(InetAddress.ofLiteral(ours), port);
        Connection c;
        while ((c = listener.accept()) == null) LockSupport.parkNanos(1_000_000);
        listener.close(LossyBridge.now());
        return both(c, socket, bytes);
    }

    /// Each end sends and receives at once, ends its direction, and reads to the end.
    private static String both(Connection c, Socket socket, int bytes) throws Exception {
        byte[] there = new byte[bytes], back = new byte[bytes];
        new Random(1).nextBytes(there);
        new Random(2).nextBytes(back);
        try (socket;
                ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> writing = threads.submit(() -> write(c, there));
            Future<?> linuxWriting = threads.submit(() -> write(socket, back));
            Future<String> got = threads.submit(() -> digest(socket.getInputStream()));
            String ours = read(c);
            boolean isWhole = ours.equals(digest(back)) && got.get().equals(digest(there));
            writing.get();
            linuxWriting.get();
            c.close(LossyBridge.now());
            return (isWhole ? "whole" : "not whole") + ", " + c.info().retransmissions() + " again";
        }
    }

    private static void write(Connection c, byte[] data) {
        MemorySegment all = MemorySegment.ofArray(data);
        for (int at = 0; at < data.length; ) {
            int n = c.write(LossyBridge.now(), all, at, data.length - at);
            if (n < 0) throw new IllegalStateException("ended: " + c.ending());
            if (n == 0) LockSupport.parkNanos(500_000);
            at += n;
        }
        c.shutdownOutput(LossyBridge.now());
    }

    private static Void write(Socket socket, byte[] data) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(data);
        socket.shutdownOutput();
        return null;
    }

    private static String read(Connection c) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] into = new byte[1 << 16];
        while (true) {
            int n = c.read(LossyBridge.now(), MemorySegment.ofArray(into), 0, into.length);
            if (n < 0) return HexFormat.of().formatHex(digest.digest());
            if (n == 0) LockSupport.parkNanos(500_000);
            else digest.update(into, 0, n);
        }
    }

    private static String digest(InputStream in) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] into = new byte[1 << 16];
        for (int n; (n = in.read(into)) > 0; ) digest.update(into, 0, n);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String digest(byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    private static void awaitMemory(Stack stack) {
        for (int i = 0; i < 5000 && stack.stats().memory() > 0; i++) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private LossyTransfers() {}
}
