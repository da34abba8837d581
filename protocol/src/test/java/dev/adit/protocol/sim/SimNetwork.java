package dev.adit.protocol.sim;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A network that exists only in numbers, with a time that only moves when it is told to.
///
/// [#step] jumps to the earliest deadline or arrival and lets it happen; nothing is ever polled, so
/// whatever works here shows that `QuickTunnel.nextDeadline` announces everything. The same seed
/// makes the same history, byte for byte. Confined to the thread of its test.
public final class SimNetwork {
    private final long seed;
    private final RandomGenerator random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::time).thenComparingLong(Event::number));
    private final List<SimTunnel> tunnels = new ArrayList<>();
    private final Map<Endpoint, SimHost> hosts = new HashMap<>();
    private final Map<List<SimHost>, Conditions> paths = new HashMap<>();
    private final List<Consumer<CapturedDatagram>> watchers = new ArrayList<>();
    private Conditions conditions = Conditions.latency(10 * PaperConstants.MILLISECOND);
    private long now;
    private long number;

    private record Event(long time, long number, Runnable action) {}

    public SimNetwork(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    // ---- who is there

    /// A tunnel that is up, with a key, an address on this network, an inner IPv4 and an inner IPv6
    /// address, and no peers.
    public SimTunnel tunnel() {
        int n = tunnels.size() + 1;
        return tunnel(new Endpoint(IpAddress.v4(0xc0000200 + n), 51820));
    }

    /// A tunnel whose address on this network is IPv6.
    public SimTunnel tunnelOnV6() {
        int n = tunnels.size() + 1;
        return tunnel(new Endpoint(IpAddress.v6(0x20010db8_00000000L + n, 1), 51820));
    }

    private SimTunnel tunnel(Endpoint at) {
        int n = tunnels.size() + 1;
        SimTunnel tunnel = new SimTunnel(this, n, new SplittableRandom(seed * 1009 + n), at);
        tunnels.add(tunnel);
        return tunnel;
    }

    /// Makes two tunnels peers that know each other's endpoint and inner addresses.
    public void connect(SimTunnel one, SimTunnel two) {
        one.knows(two);
        two.knows(one);
    }

    /// Lets datagrams to `at` arrive at `host`; at nobody when that is null.
    public void place(Endpoint at, SimHost host) {
        if (host == null) hosts.remove(at);
        else hosts.put(at, host);
    }

    /// The tunnels, in the order in which they were made.
    public List<SimTunnel> tunnels() {
        return List.copyOf(tunnels);
    }

    // ---- what happens to datagrams

    /// Sets the conditions on every path that has none of its own.
    public void conditions(Conditions everywhere) {
        conditions = everywhere;
    }

    /// Sets the conditions on the path from one host to another.
    public void conditions(SimHost from, SimHost to, Conditions there) {
        paths.put(List.of(from, to), there);
    }

    /// Shows every datagram to `watcher` as it is sent.
    public void watch(Consumer<CapturedDatagram> watcher) {
        watchers.add(watcher);
    }

    /// Puts a datagram on the wire.
    public void send(Endpoint from, Endpoint to, byte[] datagram, int trafficClass) {
        CapturedDatagram seen =
                new CapturedDatagram(now, from, to.withoutSource(), datagram, trafficClass);
        watchers.forEach(watcher -> watcher.accept(seen));
        Conditions path = path(from, seen.to());
        if (datagram.length > path.mtu() || random.nextDouble() < path.loss()) return;
        carry(seen, path);
        if (random.nextDouble() < path.duplication()) carry(seen, path);
    }

    private Conditions path(Endpoint from, Endpoint to) {
        SimHost source = hosts.get(from), target = hosts.get(to);
        if (source == null || target == null) return conditions;
        return paths.getOrDefault(List.of(source, target), conditions);
    }

    private void carry(CapturedDatagram seen, Conditions path) {
        long delay = path.latency();
        if (path.jitter() > 0) delay += random.nextLong(path.jitter() + 1);
        if (random.nextDouble() < path.reordering()) delay += random.nextLong(Conditions.HELD_BACK);
        boolean intact = random.nextDouble() >= path.corruption();
        byte[] arriving = seen.bytes();
        if (!intact) flipOneBit(arriving);
        at(now + delay, () -> arrive(seen, arriving, intact));
    }

    private void flipOneBit(byte[] datagram) {
        int bit = random.nextInt(8 * datagram.length);
        datagram[bit / 8] ^= (byte) (1 << bit % 8);
    }

    private void arrive(CapturedDatagram seen, byte[] bytes, boolean intact) {
        SimHost host = hosts.get(seen.to()); // as of now: the address may have gone
        if (host == null) return;
        if (intact) seen.arrived();
        host.arrive(seen.from(), seen.to(), bytes, seen.trafficClass());
    }

    /// Lets a datagram arrive at once that nobody need have sent.
    public void inject(Endpoint from, SimTunnel to, byte[] datagram) {
        to.arrive(from, to.endpoint(), datagram.clone(), 0);
    }

    // ---- time

    /// Nanoseconds since the network was made.
    public long now() {
        return now;
    }

    /// The time of day.
    public Instant wallClock() {
        return EPOCH.plusNanos(now);
    }

    /// Has `action` run at `time`.
    public void at(long time, Runnable action) {
        if (time < now) throw new IllegalArgumentException("in the past");
        events.add(new Event(time, number++, action));
    }

    /// Has `action` run every `interval` nanoseconds, from then on until `end`.
    public void every(long interval, long end, Runnable action) {
        long next = now + interval;
        if (next > end) return;
        at(
                next,
                () -> {
                    action.run();
                    every(interval, end, action);
                });
    }

    /// Jumps to the earliest deadline or event, and lets it happen. False when nothing will ever
    /// happen again.
    public boolean step() {
        SimTunnel earliest = null;
        long next = events.isEmpty() ? NEVER : events.peek().time();
        for (SimTunnel tunnel : tunnels) {
            long deadline = tunnel.tunnel().nextDeadline();
            if (deadline > next || deadline == next && earliest != null) continue;
            if (deadline == NEVER) continue;
            next = deadline;
            earliest = tunnel;
        }
        if (next == NEVER) return false;
        if (next < now) throw new AssertionError("deadline " + next + " in the past of " + now);
        now = next;
        if (earliest != null) earliest.expire();
        else events.remove().action().run();
        return true;
    }

    /// When [#step] will jump to.
    public long next() {
        long next = events.isEmpty() ? NEVER : events.peek().time();
        for (SimTunnel t : tunnels) next = Math.min(next, t.tunnel().nextDeadline());
        return next;
    }

    /// Lets happen whatever happens until `time`.
    public void runUntil(long time) {
        while (next() <= time) step();
        now = Math.max(now, time);
    }

    /// Lets happen whatever happens in the next `duration` nanoseconds.
    public void run(long duration) {
        runUntil(now + duration);
    }

    /// Steps until `condition` holds, for at most `duration` nanoseconds.
    ///
    /// @return the time that took, or -1 when it does not come to hold
    public long await(BooleanSupplier condition, long duration) {
        long start = now, end = now + duration;
        while (!condition.getAsBoolean()) {
            if (next() > end) {
                now = end;
                return -1;
            }
            step();
        }
        return now - start;
    }

    private static final long NEVER = Long.MAX_VALUE;
    private static final Instant EPOCH = Instant.ofEpochSecond(1_750_000_000);
}
