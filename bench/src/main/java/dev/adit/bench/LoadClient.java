package dev.adit.bench;

import dev.adit.net.Network;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.net.SocketFactory;

/// The client for `bench/stack.sh`: `LoadClient FILE ADDRESS PORT` on a network of that wg-quick
/// file, or with `-` in its place on the host's sockets.
///
/// Reads commands and answers each with a number:
///
/// - `out STREAMS SECONDS SKIP`, `in ...`: Mbit/s of all streams, without the first `SKIP` seconds
/// - `rtt COUNT`: the median of round trips of one byte, in microseconds
/// - `crr THREADS SECONDS`: connections opened, asked and closed in a second
public final class LoadClient {
    private final SocketFactory sockets;
    private final InetSocketAddress server;

    private LoadClient(SocketFactory sockets, InetSocketAddress server) {
        this.sockets = sockets;
        this.server = server;
    }

    public static void main(String[] args) throws Exception {
        InetSocketAddress server = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
        if (args[0].equals("-")) {
            new LoadClient(SocketFactory.getDefault(), server).run();
            return;
        }
        try (Network network = Network.open(Path.of(args[0]))) {
            new LoadClient(network.socketFactory(), server).run();
        }
    }

    private void run() throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            int[] n = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
            double value =
                    switch (words[0]) {
                        case "out" -> together(n[0], () -> out(n[1], n[2]));
                        case "in" -> together(n[0], () -> in(n[1], n[2]));
                        case "rtt" -> rtt(n[0]);
                        case "crr" -> crr(n[0], n[1]);
                        default -> throw new IllegalArgumentException(line);
                    };
            System.out.printf(Locale.ROOT, "%.2f%n", value);
        }
    }

    private Socket open(char mode, int seconds, int skip) throws IOException {
        Socket socket = sockets.createSocket();
        socket.connect(server, 10_000);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(new byte[] {(byte) mode, (byte) seconds, (byte) skip});
        return socket;
    }

    private double out(int seconds, int skip) throws IOException {
        try (Socket socket = open('o', seconds, skip)) {
            Thread.ofPlatform().daemon().start(() -> fill(socket));
            DataInputStream answer = new DataInputStream(socket.getInputStream());
            long bytes = answer.readLong(), nanos = answer.readLong();
            socket.setSoLinger(true, 0); // what is still on its way is of no use
            return new LoadServer.Measured(bytes, nanos).megabits();
        }
    }

    private static void fill(Socket socket) {
        byte[] data = new byte[LoadServer.CHUNK];
        try {
            OutputStream out = socket.getOutputStream();
            while (true) out.write(data);
        } catch (IOException closed) {
            return;
        }
    }

    private double in(int seconds, int skip) throws IOException {
        try (Socket socket = open('i', seconds, skip)) {
            double rate = LoadServer.measure(socket.getInputStream(), seconds, skip).megabits();
            socket.setSoLinger(true, 0);
            return rate;
        }
    }

    private static double together(int streams, Callable<Double> one) throws Exception {
        if (streams == 1) return one.call();
        try (ExecutorService threads = Executors.newFixedThreadPool(streams)) {
            List<Future<Double>> all = new ArrayList<>();
            for (int i = 0; i < streams; i++) all.add(threads.submit(one));
            double sum = 0;
            for (Future<Double> rate : all) sum += rate.get();
            return sum;
        }
    }

    private double rtt(int count) throws IOException {
        double[] micros = new double[count];
        byte[] one = new byte[1];
        try (Socket socket = open('e', 0, 0)) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < count; i++) {
                long before = System.nanoTime();
                out.write(one);
                if (in.read(one) != 1) throw new IOException("no echo");
                micros[i] = (System.nanoTime() - before) / 1000.0;
            }
        }
        Arrays.sort(micros);
        return micros[count / 2];
    }

    private double crr(int threads, int seconds) throws Exception {
        long begin = System.nanoTime(), end = begin + TimeUnit.SECONDS.toNanos(seconds);
        double count = together(threads, () -> ask(end));
        return count / ((System.nanoTime() - begin) / 1e9);
    }

    private double ask(long end) throws IOException {
        int count = 0;
        for (; System.nanoTime() < end; count++) {
            try (Socket socket = open('r', 0, 0)) {
                if (socket.getInputStream().readAllBytes().length != 1) {
                    throw new IOException("no answer");
                }
            }
        }
        return count;
    }
}
