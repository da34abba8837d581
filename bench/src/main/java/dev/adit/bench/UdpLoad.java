package dev.adit.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Measures how many UDP packets a second pass from one network namespace to another with a loss
/// below 1 %:
///
/// ```
/// UdpLoad FROM-NETNS TO-NETNS ADDRESS PAYLOAD-BYTES SECONDS [FIRST-RATE]
/// ```
///
/// The rate is doubled until packets are lost, then bisected, with a run of SECONDS for each
/// attempt. A run sends what is due once a millisecond, one system call for each packet, as iperf3
/// does. Prints one line: packets per second received, megabits of payload per second, the share
/// lost.
///
/// Sender and receiver are two threads of this program, each with a socket made in its namespace,
/// so that they share their counters and not a protocol.
public final class UdpLoad {
    private final RawUdp sender;
    private final int bytes;
    private final long runNanos;
    private final Receiver receiver;

    private UdpLoad(RawUdp sender, Receiver receiver, int bytes, double seconds) {
        this.sender = sender;
        this.receiver = receiver;
        this.bytes = bytes;
        this.runNanos = (long) (seconds * 1e9);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int bytes = Integer.parseInt(args[3]);
        Receiver receiver = new Receiver(args[1], args[2]);
        receiver.start();
        RawUdp.enter(args[0]);
        RawUdp sender = RawUdp.connected(args[2], PORT);
        UdpLoad load = new UdpLoad(sender, receiver, bytes, Double.parseDouble(args[4]));
        double first = args.length > 5 ? Double.parseDouble(args[5]) : FIRST_RATE;
        Run best = load.search(first);
        System.out.printf(
                Locale.ROOT,
                "%.0f %.1f %.4f%n",
                best.received(),
                best.received() * bytes * 8 / 1e6,
                best.loss());
        System.exit(0);
    }

    /// The run with the most packets received of those that lost few enough.
    private Run search(double first) {
        double low = first, high = 0;
        Run best = null;
        for (double rate = first; rate < MAX_RATE; rate *= 2) {
            Run run = attempt(rate, runNanos / 4);
            if (!run.passes()) {
                high = rate;
                break;
            }
            low = rate;
        }
        while (high > low * PRECISION) {
            double middle = Math.sqrt(low * high);
            Run run = attempt(middle, runNanos);
            if (run.passes()) {
                low = middle;
                if (best == null || run.received() > best.received()) best = run;
            } else {
                high = middle;
            }
        }
        // The short runs of the beginning prove little.
        for (double rate = low; best == null; rate *= 0.95) {
            Run run = attempt(rate, runNanos);
            if (run.passes() || rate < 100) best = run;
        }
        return best;
    }

    /// A run; a second one when the first failed, since something else may have been in its way.
    private Run attempt(double rate, long nanos) {
        Run run = run(rate, nanos);
        return run.passes() ? run : run(rate, nanos);
    }

    private Run run(double rate, long nanos) {
        long number = receiver.next();
        long start = System.nanoTime(), sent = 0, elapsed;
        while ((elapsed = System.nanoTime() - start) < nanos) {
            long due = (long) (elapsed * rate / 1e9);
            // Not more at a time, so that a sender that cannot keep up notices the end.
            for (int i = 0; sent < due && i < MAX_BURST; i++, sent++) sender.send(number, bytes);
            if (sent >= due) LockSupport.parkNanos(TICK);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        receiver.settle();
        Run run = new Run(rate, sent / seconds, receiver.count.get() / seconds);
        System.err.println(run);
        return run;
    }

    /// Rates in packets per second: what was to be sent, what was sent and what arrived.
    private record Run(double wanted, double sent, double received) {
        double loss() {
            return 1 - received / sent;
        }

        /// A sender that fell behind has not shown that this rate is possible.
        boolean passes() {
            return loss() < MAX_LOSS && sent > 0.95 * wanted;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%9.0f/s wanted %9.0f sent %9.0f received %6.2f %% lost",
                    wanted,
                    sent,
                    received,
                    100 * loss());
        }
    }

    /// Counts the packets of the current run.
    private static final class Receiver extends Thread {
        private final String netns;
        private final String address;
        private final AtomicLong run = new AtomicLong();
        final AtomicLong count = new AtomicLong();

        Receiver(String netns, String address) {
            this.netns = netns;
            this.address = address;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                RawUdp.enter(netns);
                RawUdp socket = RawUdp.bound(address, PORT);
                while (true) {
                    if (socket.receive() == run.getPlain()) {
                        count.setOpaque(count.getPlain() + 1);
                    }
                }
            } catch (IOException e) {
                e.printStackTrace();
                System.exit(1);
            }
        }

        long next() {
            long number = run.incrementAndGet();
            count.set(0);
            return number;
        }

        /// Waits until nothing has arrived for a while.
        void settle() {
            long seen;
            do {
                seen = count.get();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
            } while (count.get() != seen);
        }
    }

    private static final int PORT = 5300;
    private static final double FIRST_RATE = 8_000;
    private static final double MAX_RATE = 4e6;
    private static final double MAX_LOSS = 0.01;
    private static final double PRECISION = 1.04;
    private static final long TICK = 1_000_000L; // nanoseconds
    private static final int MAX_BURST = 1000;
}
