package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// A network in memory: hosts with addresses, and datagrams between their sockets. Thread-safe.
///
/// Datagrams arrive in the order in which they were sent; those for which there is no socket, or no
/// room, are lost. Carrying one allocates nothing once its path was used, unless there are taps.
public final class FakeNet {
    private final Map<IpAddress, FakeNetHost> hosts = new ConcurrentHashMap<>();
    private final List<NetworkTap> taps = new CopyOnWriteArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private final EndpointNumbers origins = new EndpointNumbers();
    private final BatchTracker batches = new BatchTracker();
    private volatile boolean congested;

    /// A network without hosts.
    public FakeNet() {}

    /// A host with these addresses, IPv4 or IPv6. Each is that of an interface of its own, numbered
    /// from 1.
    public FakeNetHost host(String... addresses) {
        return new FakeNetHost(this, addresses(addresses));
    }

    static List<IpAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(text -> IpAddress.parse(text).orElseThrow()).toList();
    }

    /// Remembers all datagrams from now on.
    public DatagramRecorder record() {
        DatagramRecorder recorder = new DatagramRecorder();
        taps.add(recorder);
        return recorder;
    }

    /// Shows all datagrams to `tap` from now on. The first tap that loses one is the last to see
    /// it.
    public void tap(NetworkTap tap) {
        taps.add(tap);
    }

    /// Takes the tap away.
    public void untap(NetworkTap tap) {
        taps.remove(tap);
    }

    /// Has every datagram meet congestion that can be told so by its ECN field.
    public void congested(boolean now) {
        congested = now;
    }

    /// How many datagrams found no socket, or no room.
    public long lost() {
        return lost.get();
    }

    /// How many of the batches that were passed to sockets are still in memory.
    public long batchesAlive() {
        return batches.alive();
    }

    EndpointNumbers origins() {
        return origins;
    }

    BatchTracker batches() {
        return batches;
    }

    void attach(IpAddress address, FakeNetHost host) {
        if (hosts.putIfAbsent(address, host) != null) {
            throw new IllegalArgumentException(address + " is there twice");
        }
    }

    void detach(IpAddress address) {
        hosts.remove(address);
    }

    /// The interface of `address` on its host, or 0.
    int interfaceOf(IpAddress address) {
        FakeNetHost host = hosts.get(address);
        return host == null ? 0 : host.interfaceOf(address);
    }

    /// Who hears what is sent to `to`, or null.
    @Nullable DatagramQueue inlet(Endpoint to) {
        FakeNetHost host = hosts.get(to.address());
        return host == null ? null : host.inlet(to.address().v6(), to.port());
    }

    /// Carries one datagram.
    ///
    /// @param inlet who hears it, or null
    /// @param origin the number of the endpoint that it comes from
    void carry(
            @Nullable DatagramQueue inlet,
            int origin,
            int fwmark,
            Endpoint to,
            MemorySegment slab,
            int offset,
            int length,
            int trafficClass) {
        if (!taps.isEmpty()) {
            byte[] bytes = slab.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
            Endpoint from = origins.get(origin).withoutSource();
            if (!passes(new DatagramInFlight(from, to, trafficClass, fwmark, bytes))) return;
        }
        boolean marked = congested && (trafficClass & ECN) != 0;
        int arriving = marked ? trafficClass | ECN : trafficClass;
        boolean arrived = inlet != null && inlet.put(origin, slab, offset, length, arriving);
        if (!arrived) lost.incrementAndGet();
    }

    private boolean passes(DatagramInFlight datagram) {
        for (NetworkTap tap : taps) {
            if (!tap.passes(datagram)) return false;
        }
        return true;
    }

    private static final int ECN = 3;
}
