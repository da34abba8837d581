package dev.adit.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/// A program that sends numbered datagrams to others like it, receives theirs, and accounts for
/// each; and from time to time fetches random bytes from the first of them over TCP, with their
/// SHA-256:
///
/// ```
/// NumberedTraffic ID SECONDS RATE TCP-PERIOD FILE ID=ADDRESS...
/// ```
///
/// It listens from the start, sends once there is `FILE`, and listens a few seconds longer. It
/// prints what [OutageLog] reads.
public final class NumberedTraffic {
    private final int id;
    private long end;
    private final int rate;
    private final DatagramChannel socket = DatagramChannel.open();
    private final Account[] accounts = new Account[IDS];
    private final List<String> report = new ArrayList<>();

    /// The command that runs it in `netns`.
    public static Command in(Netns netns, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                java.toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx128m",
                                "-cp",
                                "target/test-classes"));
        argv.add(NumberedTraffic.class.getName());
        argv.addAll(List.of(arguments));
        return netns.command(argv.toArray(String[]::new));
    }

    public static void main(String[] args) throws Exception {
        NumberedTraffic traffic = new NumberedTraffic(args);
        traffic.listen();
        System.out.println("started");
        while (Files.notExists(Path.of(args[4]))) LockSupport.parkNanos(10_000_000);
        traffic.end = System.currentTimeMillis() + Long.parseLong(args[1]) * 1000;
        traffic.run(Long.parseLong(args[3]), Arrays.copyOfRange(args, 5, args.length));
        System.exit(0);
    }

    private NumberedTraffic(String[] args) throws IOException {
        id = Integer.parseInt(args[0]);
        rate = Integer.parseInt(args[2]);
        socket.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 21);
        socket.bind(new InetSocketAddress(PORT));
        for (int i = 0; i < IDS; i++) accounts[i] = new Account();
    }

    private void listen() {
        start(this::receive);
        start(NumberedTraffic::serve);
    }

    private void run(long tcpPeriod, String[] others) throws Exception {
        Thread fetching = null;
        if (tcpPeriod > 0) {
            String first = others[0].substring(others[0].indexOf('=') + 1);
            fetching = start(() -> fetch(first, tcpPeriod * 1000));
        }
        send(others);
        if (fetching != null) fetching.join();
        LockSupport.parkNanos(3_000_000_000L);
        synchronized (accounts) {
            for (int i = 0; i < IDS; i++) accounts[i].report(i, report);
        }
        report.forEach(System.out::println);
        System.out.println("done");
    }

    private interface Task {
        void run() throws Exception;
    }

    private static Thread start(Task task) {
        return Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                task.run();
                            } catch (Exception e) {
                                e.printStackTrace(System.out);
                            }
                        });
    }

    // ---- datagrams: sender, number, time, length and CRC-32, then random bytes

    private void send(String[] others) throws IOException {
        SplittableRandom random = new SplittableRandom();
        byte[] noise = new byte[2048];
        random.nextBytes(noise);
        SocketAddress[] to = new SocketAddress[others.length];
        for (int i = 0; i < to.length; i++) {
            String address = others[i].substring(others[i].indexOf('=') + 1);
            to[i] = new InetSocketAddress(address, PORT);
        }
        long interval = 1_000_000_000L / rate, due = System.nanoTime(), number = 0;
        while (System.currentTimeMillis() < end) {
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            due = Math.max(due + interval, now - 10 * interval);
            for (SocketAddress one : to) {
                int filler = random.nextInt(1300);
                try {
                    socket.send(datagram(number, noise, random.nextInt(700), filler), one);
                } catch (IOException down) {
                    continue; // its number is lost, and has to be explained
                }
            }
            number++;
        }
        for (String other : others) {
            report.add("sent " + other.substring(0, other.indexOf('=')) + " " + number);
        }
    }

    private ByteBuffer datagram(long number, byte[] noise, int from, int filler) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + filler);
        out.putInt(id).putLong(number).putLong(System.currentTimeMillis());
        out.putInt(crc(noise, from, filler)).put(noise, from, filler);
        return out.flip();
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private void receive() throws IOException {
        ByteBuffer in = ByteBuffer.allocate(2048);
        while (true) {
            in.clear();
            socket.receive(in);
            in.flip();
            int from = in.getInt();
            long number = in.getLong(), time = in.getLong();
            int crc = in.getInt();
            synchronized (accounts) {
                Account account = accounts[from];
                if (crc(in.array(), HEADER, in.limit() - HEADER) != crc) account.corrupt++;
                else account.add((int) number, time);
            }
        }
    }

    /// What came from one sender.
    private static final class Account {
        private long[] sentAt = new long[1024]; // by number; zero for what did not come
        private int highest = -1;
        private int received, duplicates, reordered, corrupt;

        void add(int number, long time) {
            if (number >= sentAt.length) sentAt = Arrays.copyOf(sentAt, number * 2);
            if (sentAt[number] != 0) {
                duplicates++;
                return;
            }
            sentAt[number] = time;
            received++;
            if (number < highest) reordered++;
            highest = Math.max(highest, number);
        }

        void report(int id, List<String> report) {
            if (received == 0) return;
            report.add(
                    "received %d %d %d %d %d %d"
                            .formatted(id, received, highest, duplicates, reordered, corrupt));
            long before = 0;
            for (int i = 0; i <= highest; i++) {
                if (sentAt[i] != 0) {
                    before = sentAt[i];
                    continue;
                }
                int last = i;
                while (sentAt[last] == 0) last++; // the highest one has come
                report.add("gap %d %d %d %d".formatted(id, last - i, before, sentAt[last]));
                i = last - 1;
            }
        }
    }

    // ---- TCP

    private static void serve() throws IOException {
        try (ServerSocket server = new ServerSocket(PORT)) {
            while (true) {
                Socket client = server.accept();
                start(() -> serve(client));
            }
        }
    }

    private static void serve(Socket client) throws Exception {
        try (client;
                OutputStream out = client.getOutputStream()) {
            SplittableRandom random = new SplittableRandom();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] part = new byte[8192];
            for (int i = 0; i < TCP_BYTES / part.length; i++) {
                random.nextBytes(part);
                digest.update(part);
                out.write(part);
            }
            out.write(digest.digest());
        }
    }

    private void fetch(String address, long period) {
        int right = 0;
        for (long due = System.currentTimeMillis() + period / 2; due < end - 2000; due += period) {
            while (System.currentTimeMillis() < due) {
                LockSupport.parkUntil(due);
            }
            try {
                if (fetchRight(address)) right++;
                else report.add("tcp wrong " + due + " 0");
            } catch (Exception failure) {
                report.add("tcp failed " + due + " " + System.currentTimeMillis());
                System.out.println(failure);
            }
        }
        report.add("tcp right " + right + " " + (long) right * TCP_BYTES);
    }

    private static boolean fetchRight(String address) throws Exception {
        try (Socket socket = new Socket()) {
            // So little that no queue on the way overflows.
            socket.setReceiveBufferSize(1 << 16);
            socket.setSoTimeout(60_000);
            socket.connect(new InetSocketAddress(address, PORT), 30_000);
            InputStream in = socket.getInputStream();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(in.readNBytes(TCP_BYTES));
            return Arrays.equals(digest.digest(), in.readNBytes(32)) && in.read() < 0;
        }
    }

    private static final int IDS = 8;
    private static final int PORT = 7000;
    private static final int HEADER = 24;
    private static final int TCP_BYTES = 4 << 20;
}
