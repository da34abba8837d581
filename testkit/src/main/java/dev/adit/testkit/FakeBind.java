package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.util.IdentityHashMap;
import java.util.List;

/// The sockets of a [FakeNetHost] on one port. Thread-safe.
public final class FakeBind implements Bind {
    private final FakeNet net;
    private final FakeNetHost host;
    private final int port;
    private final DatagramQueue v4;
    private final DatagramQueue v6;
    private volatile int fwmark;
    private volatile boolean closed;
    private volatile Fault onClose = Fault.NONE;

    // Guarded by this: what the receivers of these endpoints are told, while the host stays.
    private final IdentityHashMap<Endpoint, Integer> origins = new IdentityHashMap<>();
    private List<IpAddress> originsOf = List.of();

    FakeBind(FakeNet net, FakeNetHost host, int port, int fwmark) {
        this.net = net;
        this.host = host;
        this.port = port;
        this.fwmark = fwmark;
        v4 = new DatagramQueue(net.batches(), host::merging);
        v6 = new DatagramQueue(net.batches(), host::merging);
    }

    /// The firewall mark of what is sent.
    public int fwmark() {
        return fwmark;
    }

    public boolean isClosed() {
        return closed;
    }

    /// What the next receive of each socket does first, or the one that waits.
    public void onReceive(Fault fault) {
        v4.onReceive(fault);
        v6.onReceive(fault);
    }

    /// What closing does once everything is closed.
    public void onClose(Fault fault) {
        onClose = fault;
    }

    /// The next datagram arrives truncated.
    public void truncateNext() {
        v4.truncateNext();
        v6.truncateNext();
    }

    DatagramQueue inlet(boolean family6) {
        return family6 ? v6 : v4;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Receiver> receivers() {
        return List.of(v4, v6);
    }

    @Override
    public void send(PacketBatch packets, int from, int to, Endpoint endpoint)
            throws SendException {
        net.batches().see(packets);
        for (int i = from; i < to; i++) {
            host.onSend().strike(packets, i, endpoint);
            if (closed) throw refusal(EBADF, "EBADF: Bad file descriptor", i, false);
            if (packets.length(i) > MAX_PAYLOAD) {
                throw refusal(EMSGSIZE, "EMSGSIZE: Message too long", i, false);
            }
            if (endpoint.source() != null && !host.has(endpoint.source())) {
                throw refusal(EINVAL, "EINVAL: Invalid argument", i, true);
            }
            int origin = origin(endpoint);
            if (origin < 0) throw SendFault.unreachable(i);
            net.carry(
                    net.inlet(endpoint),
                    origin,
                    fwmark,
                    endpoint,
                    packets.memory(),
                    packets.offset(i),
                    packets.length(i),
                    packets.trafficClass(i));
        }
    }

    private static SendException refusal(int errno, String text, int i, boolean sourceGone) {
        return new SendException("sendmsg", errno, text, i, sourceGone);
    }

    /// The number of the endpoint that `to` shall see this socket as, or -1 when it has no address
    /// of that family.
    private synchronized int origin(Endpoint to) {
        if (originsOf != host.addresses() || origins.size() > MAX_CACHED) {
            origins.clear();
            originsOf = host.addresses();
        }
        Integer known = origins.get(to);
        if (known != null) return known;
        IpAddress local = to.source() != null ? to.source() : host.address(to.address().v6());
        if (local == null) return -1;
        Endpoint origin = new Endpoint(local, port, 0, to.address(), net.interfaceOf(to.address()));
        int number = net.origins().number(origin);
        origins.put(to, number);
        return number;
    }

    @Override
    public Endpoint endpoint(PacketBatch received, int i, @Nullable Endpoint known) {
        int number =
                received.addresses()
                        .get(ValueLayout.JAVA_INT, (long) i * PacketBatch.ADDRESS_BYTES);
        Endpoint origin = net.origins().get(number);
        return known != null && origin.equals(known) ? known : origin;
    }

    @Override
    public void mark(int mark) throws IOException {
        if (closed) throw new ClosedChannelException();
        host.checkMark();
        fwmark = mark;
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        host.remove(this);
        v4.close();
        v6.close();
        try {
            onClose.strike();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final int EBADF = 9;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    private static final int MAX_PAYLOAD = 65507;
    private static final int MAX_CACHED = 256;
}
