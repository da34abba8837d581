package dev.adit.bench;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.SendException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Simulates a long path for datagrams, where the kernel has no `netem`: `DelayRelay PORT TO PORT
/// MILLIS` relays between its clients and a server, and delays each datagram by that many
/// milliseconds in each direction. Each line read is the share of datagrams to lose from then on,
/// in percent.
///
/// The way has no limit of rate but the processor's. A datagram that finds [#SLOTS] others on their
/// way in its direction is lost.
public final class DelayRelay {
    private final Bind near;
    private final Bind far;
    private final long delay;
    private volatile double loss;
    private volatile Endpoint client;

    private DelayRelay(int port, long delay) throws IOException {
        BindFactory factory = ServiceLoader.load(BindFactory.class).findFirst().orElseThrow();
        near = factory.open(port, 0);
        far = factory.open(0, 0);
        this.delay = delay;
    }

    public static void main(String[] args) throws IOException {
        IpAddress to = IpAddress.parse(args[1]).orElseThrow();
        Endpoint server = new Endpoint(to, Integer.parseInt(args[2]));
        long delay = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[3]));
        DelayRelay relay = new DelayRelay(Integer.parseInt(args[0]), delay);
        for (Bind.Receiver source : relay.near.receivers()) relay.new Way(source, server).start();
        for (Bind.Receiver source : relay.far.receivers()) relay.new Way(source, null).start();
        System.out.println("relaying");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            relay.loss = Double.parseDouble(line) / 100;
        }
    }

    /// From one socket out of the other: one thread that receives into a ring, and one that sends
    /// what has been there long enough.
    private final class Way {
        private final Bind.Receiver source;
        private final Endpoint to; // null for the client, whoever that is
        private final MemorySegment ring = Arena.global().allocate((long) SLOTS * SLOT);
        private final int[] length = new int[SLOTS];
        private final long[] due = new long[SLOTS];
        private final SplittableRandom chance = new SplittableRandom(1);
        private volatile long in; // datagrams that came and were kept
        private volatile long out; // datagrams that were sent
        private Thread sender;

        Way(Bind.Receiver source, Endpoint to) {
            this.source = source;
            this.to = to;
        }

        void start() {
            sender = Thread.ofPlatform().daemon().name("sender").start(this::send);
            Thread.ofPlatform().daemon().name("receiver").start(this::receive);
        }

        private void receive() {
            try (PacketBatch batch = new PacketBatch(1024, 2 << 20)) {
                while (true) {
                    source.receive(batch);
                    long now = System.nanoTime();
                    if (to != null && batch.size() > 0) client = near.endpoint(batch, 0, client);
                    for (int i = 0; i < batch.size(); i++) keep(batch, i, now + delay);
                    LockSupport.unpark(sender);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void keep(PacketBatch batch, int i, long when) {
            int segment = batch.segmentSize(i) == 0 ? batch.length(i) : batch.segmentSize(i);
            for (int at = 0; at < batch.length(i); at += segment) {
                int bytes = Math.min(segment, batch.length(i) - at);
                boolean isLost = loss > 0 && chance.nextDouble() < loss;
                if (isLost || bytes > SLOT || in - out == SLOTS) continue;
                int slot = (int) (in % SLOTS);
                MemorySegment.copy(
                        batch.memory(), batch.offset(i) + at, ring, (long) slot * SLOT, bytes);
                length[slot] = bytes;
                due[slot] = when;
                in++;
            }
        }

        private void send() {
            try (PacketBatch batch = new PacketBatch(BATCH, BATCH * (SLOT + 16) + 16)) {
                while (true) {
                    long now = System.nanoTime();
                    fill(batch, now);
                    if (batch.size() > 0) deliver(batch);
                    else if (out == in) LockSupport.park();
                    else LockSupport.parkNanos(due[(int) (out % SLOTS)] - now);
                }
            }
        }

        private void fill(PacketBatch batch, long now) {
            batch.clear();
            int at = PacketBatch.HEADROOM;
            long next = out;
            for (; next < in && !batch.isFull(); next++) {
                int slot = (int) (next % SLOTS);
                if (due[slot] > now) break;
                MemorySegment.copy(ring, (long) slot * SLOT, batch.memory(), at, length[slot]);
                batch.add(at, length[slot]);
                at += length[slot];
            }
            out = next;
        }

        private void deliver(PacketBatch batch) {
            Bind socket = to == null ? near : far;
            Endpoint target = to == null ? client : to;
            try {
                if (target != null) socket.send(batch, 0, batch.size(), target);
            } catch (SendException unreachable) {
                return; // lost, as on any way
            }
        }
    }

    private static final int SLOT = 2048;
    private static final int SLOTS = 32_768;
    private static final int BATCH = 64;
}
