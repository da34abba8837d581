package dev.adit.it.lab;

import dev.adit.protocol.crypto.Blake2s;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// A program that sends noise to a WireGuard port at a bounded rate, from addresses that are not
/// its own:
///
/// ```
/// Flood KIND DESTINATION PORT SOURCE SOURCES RATE SECONDS PUBLIC-KEY INDEX
/// ```
///
/// With one source that is `SOURCE` and its port 51820; with more of them, `SOURCES` addresses from
/// there on, each with ports at random. It prints `started` when it begins, after all is prepared,
/// and at the end how many datagrams it has sent, in how many seconds, with how many seconds of
/// processor time.
public final class Flood {

    /// What it is to send, and to whom. Immutable.
    ///
    /// @param source the first address that it sends from, or the only one
    /// @param sources how many, each once in turn
    /// @param rate datagrams a second
    /// @param publicKey of the receiver, in base64
    /// @param index of a session of the receiver
    public record Order(
            FloodKind kind,
            String destination,
            int port,
            String source,
            int sources,
            int rate,
            String publicKey,
            int index) {}

    /// Starts it in `netns`, and returns once it sends.
    public static Running start(Netns netns, Order order, Duration time) {
        Running flood =
                netns.start(
                        netns.command(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                "target/test-classes:" + protocol(),
                                Flood.class.getName(),
                                order.kind.name(),
                                order.destination,
                                String.valueOf(order.port),
                                order.source,
                                String.valueOf(order.sources),
                                String.valueOf(order.rate),
                                String.valueOf(time.toMillis() / 1000.0),
                                order.publicKey,
                                String.valueOf(order.index)));
        Await.until(
                () -> "a flood; it says " + flood.output(),
                Duration.ofSeconds(60),
                () -> flood.output().contains("started"));
        return flood;
    }

    private static Path protocol() {
        return Path.of(Blake2s.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    public static void main(String[] args) throws Exception {
        SplittableRandom random = new SplittableRandom();
        MemorySegment mac1Key = FloodKind.mac1Key(Base64.getDecoder().decode(args[7]));
        int index = Integer.parseInt(args[8]);
        byte[][] messages = new byte[PREPARED][];
        for (int i = 0; i < PREPARED; i++) {
            messages[i] = FloodKind.valueOf(args[0]).message(random, mac1Key, index);
        }
        RawIp socket = new RawIp(address(args[1]), Integer.parseInt(args[2]));
        System.out.println("started");
        long start = System.nanoTime();
        long sent =
                send(
                        socket,
                        messages,
                        address(args[3]),
                        Integer.parseInt(args[4]),
                        Integer.parseInt(args[5]),
                        (long) (Double.parseDouble(args[6]) * 1e9));
        double seconds = (System.nanoTime() - start) / 1e9;
        Duration used = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        System.out.printf("sent %d in %.3f using %.2f%n", sent, seconds, used.toMillis() / 1e3);
    }

    /// Sends a batch whenever one is due, and never makes up for more than a few that were late.
    private static long send(
            RawIp socket, byte[][] messages, int source, int sources, int rate, long nanos)
            throws Exception {
        long start = System.nanoTime(), end = start + nanos, due = start, sent = 0;
        long interval = RawIp.BATCH * 1_000_000_000L / rate;
        int next = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            if (now < due) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            for (int i = 0; i < RawIp.BATCH; i++, next++) {
                int from = sources == 1 ? source : source + next % sources;
                int port = sources == 1 ? 51820 : 1024 + (next * 40503 & 0x7fff);
                socket.add(from, port, messages[next % PREPARED]);
            }
            next &= Integer.MAX_VALUE >> 1;
            sent += socket.flush();
            due = Math.max(due + interval, now - 5 * interval);
        }
        return sent;
    }

    private static int address(String text) throws Exception {
        return ByteBuffer.wrap(InetAddress.getByName(text).getAddress()).getInt();
    }

    private static final int PREPARED = 4096;

    private Flood() {}
}
