package dev.adit.tools.demo;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Measures round-trip times like ping, but over UDP, because Java has no ICMP sockets. Stateless.
final class UdpPing {
    /// The result of a measurement: packets sent and received, and round-trip times in nanoseconds,
    /// 0 when nothing was received.
    record Figures(int sent, int received, long least, long sum, long most) {
        private static final Figures NONE = new Figures(0, 0, 0, 0, 0);

        private Figures lost() {
            return new Figures(sent + 1, received, least, sum, most);
        }

        private Figures answered(long time) {
            return new Figures(
                    sent + 1,
                    received + 1,
                    received == 0 ? time : Math.min(least, time),
                    sum + time,
                    Math.max(most, time));
        }

        boolean complete() {
            return received == sent;
        }

        /// The result as one line of five numbers.
        String toLine() {
            return "echo " + sent + " " + received + " " + least + " " + sum + " " + most;
        }

        static Figures parse(String line) {
            String[] words = line.split(" ");
            return new Figures(
                    Integer.parseInt(words[1]),
                    Integer.parseInt(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]));
        }

        /// The result for people: `20 of 20 answered, 0.12/0.15/0.31 ms`.
        @Override
        public String toString() {
            if (received == 0) return "0 of " + sent + " answered";
            return String.format(
                    Locale.ROOT,
                    "%d of %d answered, min/avg/max %.2f/%.2f/%.2f ms",
                    received,
                    sent,
                    least / 1e6,
                    sum / 1e6 / received,
                    most / 1e6);
        }
    }

    /// Answers until the program ends.
    static void serve(InetAddress address, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port))) {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            while (true) {
                packet.setLength(2048);
                socket.receive(packet);
                socket.send(packet);
            }
        }
    }

    /// Waits for the first answer, which needs the other side's server and a handshake, warms up,
    /// and then measures `count` more.
    static Figures measure(InetAddress address, int port, int count) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address, port);
            long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            int number = 0;
            while (roundTrip(socket, number++, FIRST_MILLIS) < 0) {
                if (System.nanoTime() > giveUp) return Figures.NONE.lost();
            }
            for (int i = 0; i < WARM_UP; i++) roundTrip(socket, number++, FIRST_MILLIS);
            Figures figures = Figures.NONE;
            for (int i = 0; i < count; i++) {
                long time = roundTrip(socket, number++, LAST_MILLIS);
                figures = time < 0 ? figures.lost() : figures.answered(time);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS));
            }
            return figures;
        }
    }

    /// The nanoseconds until packet `number` came back, or -1 when it did not come in time.
    private static long roundTrip(DatagramSocket socket, int number, int millis)
            throws IOException {
        byte[] bytes = ByteBuffer.allocate(LENGTH).putInt(number).array();
        DatagramPacket packet = new DatagramPacket(bytes, LENGTH);
        long start = System.nanoTime();
        try {
            socket.send(packet);
            socket.setSoTimeout(millis);
            do {
                socket.receive(packet);
            } while (ByteBuffer.wrap(bytes).getInt() != number);
            return System.nanoTime() - start;
        } catch (SocketTimeoutException e) {
            return -1;
        } catch (PortUnreachableException e) {
            // The server is not running yet.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS));
            return -1;
        }
    }

    private static final int LENGTH = 56; // as in ping
    private static final int WARM_UP = 100; // round trips
    private static final int FIRST_MILLIS = 200;
    private static final int LAST_MILLIS = 1000;
    private static final int INTERVAL_MILLIS = 20;
    private static final int PATIENCE_SECONDS = 15;

    private UdpPing() {}
}
