package dev.adit.net;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/// A UDP socket in memory: a ring of 2,048 datagrams. Thread-safe.
final class MemoryBind implements Bind, Bind.Receiver {
    private final MemoryUdp net;
    private final Endpoint endpoint;
    private final byte[] @Nullable [] data = new byte[SLOTS][]; // guarded by this, as are:
    private final int[] length = new int[SLOTS];
    private final int[] trafficClass = new int[SLOTS];
    private final Endpoint[] sender = new Endpoint[SLOTS];
    private int first;
    private int count;
    private boolean isClosed;
    private @Nullable Endpoint lastTo; // whom the last batch went to
    private @Nullable MemoryBind last;

    MemoryBind(MemoryUdp net, Endpoint endpoint) {
        this.net = net;
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public int port() {
        return endpoint.port();
    }

    @Override
    public List<Bind.Receiver> receivers() {
        return List.of(this);
    }

    @Override
    public int datagrams() {
        return BATCH;
    }

    @Override
    public void send(PacketBatch packets, int from, int to, Endpoint target) throws SendException {
        synchronized (this) {
            if (isClosed) {
                throw new SendException("send", EBADF, "EBADF: socket closed", from, false);
            }
        }
        MemoryBind other = find(target);
        if (other != null) other.put(endpoint, packets, from, to);
    }

    /// The socket at `target`, or null. Peers are few, so the last one is the same most times.
    private @Nullable MemoryBind find(Endpoint target) {
        synchronized (this) {
            if (target == lastTo && last != null && last.isOpen()) return last;
        }
        MemoryBind found = net.at(target.withoutSource());
        synchronized (this) {
            lastTo = target;
            last = found;
        }
        return found;
    }

    // Without the monitor, as it would be a second one.
    private boolean isOpen() {
        return net.at(endpoint) == this;
    }

    private synchronized void put(Endpoint source, PacketBatch packets, int from, int to) {
        if (isClosed) return;
        for (int i = from; i < to && count < SLOTS; i++) {
            int slot = (first + count++) % SLOTS;
            int bytes = packets.length(i);
            if (data[slot] == null || data[slot].length < bytes) data[slot] = new byte[bytes];
            MemorySegment.copy(
                    packets.memory(),
                    ValueLayout.JAVA_BYTE,
                    packets.offset(i),
                    data[slot],
                    0,
                    bytes);
            length[slot] = bytes;
            trafficClass[slot] = packets.trafficClass(i);
            sender[slot] = source;
        }
        notifyAll();
    }

    @Override
    public synchronized void receive(PacketBatch into) throws ClosedChannelException {
        into.clear();
        while (count == 0 && !isClosed) pause();
        if (isClosed) throw new ClosedChannelException();
        int at = PacketBatch.HEADROOM;
        while (count > 0 && into.size() < BATCH && !into.isFull()) {
            int bytes = length[first];
            boolean fits = bytes <= into.memory().byteSize() - at;
            if (!fits && into.size() > 0) return;
            write(sender[first], into.addresses(), into.size());
            if (fits) {
                MemorySegment.copy(data[first], 0, into.memory(), ValueLayout.JAVA_BYTE, at, bytes);
            }
            into.add(at, fits ? bytes : TRUNCATED, 0, trafficClass[first]);
            at += fits ? bytes + PacketBatch.HEADROOM : 0;
            first = (first + 1) % SLOTS;
            count--;
        }
    }

    private void pause() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a reader is not interrupted", e);
        }
    }

    private static void write(Endpoint from, MemorySegment records, int i) {
        long at = (long) i * PacketBatch.ADDRESS_BYTES;
        records.set(ValueLayout.JAVA_LONG, at, from.address().high());
        records.set(ValueLayout.JAVA_LONG, at + LOW, from.address().low());
        records.set(ValueLayout.JAVA_INT, at + PORT, from.port());
        records.set(ValueLayout.JAVA_INT, at + FAMILY, from.address().v6() ? 6 : 4);
    }

    @Override
    public Endpoint endpoint(PacketBatch batch, int i, @Nullable Endpoint known) {
        MemorySegment records = batch.addresses();
        long at = (long) i * PacketBatch.ADDRESS_BYTES;
        long high = records.get(ValueLayout.JAVA_LONG, at);
        long low = records.get(ValueLayout.JAVA_LONG, at + LOW);
        int port = records.get(ValueLayout.JAVA_INT, at + PORT);
        boolean v6 = records.get(ValueLayout.JAVA_INT, at + FAMILY) == 6;
        if (known != null
                && known.port() == port
                && known.address().v6() == v6
                && known.address().high() == high
                && known.address().low() == low
                && !known.hasSource()) {
            return known;
        }
        return new Endpoint(new IpAddress(v6, high, low), port);
    }

    @Override
    public void mark(int fwmark) throws java.io.IOException {
        if (fwmark != 0) throw new java.io.IOException("there are no firewall marks in memory");
    }

    @Override
    public void close() {
        net.remove(this);
        synchronized (this) {
            isClosed = true;
            notifyAll();
        }
    }

    private static final int EBADF = 9;
    private static final int SLOTS = 2048;
    private static final int BATCH = 64;

    // Layout of an entry of PacketBatch.addresses.
    private static final int LOW = 8;
    private static final int PORT = 16;
    private static final int FAMILY = 20;
}
