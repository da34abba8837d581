package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ErrnoException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// A host on a [FakeNet]: its addresses, and the sockets on it. Thread-safe.
public final class FakeNetHost implements BindFactory {
    private final FakeNet net;
    private final List<FakeBind> binds = new CopyOnWriteArrayList<>(); // those that are open
    private volatile List<IpAddress> addresses = List.of();
    private int nextPort = 49152; // guarded by this
    private volatile boolean marksRefused;
    private volatile boolean merging;
    private volatile Fault onOpen = Fault.NONE;
    private volatile SendFault onSend = SendFault.NONE;

    FakeNetHost(FakeNet net, List<IpAddress> addresses) {
        this.net = net;
        take(addresses);
    }

    private void take(List<IpAddress> fresh) {
        fresh.forEach(address -> net.attach(address, this));
        addresses = fresh;
    }

    /// Gives up all addresses for others, as a host does that moves. Sockets stay open.
    public synchronized void move(String... to) {
        addresses.forEach(net::detach);
        take(FakeNet.addresses(to));
    }

    /// Where a socket on `port` of the host's first address is reached.
    public Endpoint at(int port) {
        return new Endpoint(addresses.getFirst(), port);
    }

    /// Where a socket on `port` of the host's first IPv6 address is reached.
    public Endpoint at6(int port) {
        return new Endpoint(Objects.requireNonNull(address(true), "no IPv6 address"), port);
    }

    /// Makes the system refuse firewall marks.
    public void refuseMarks() {
        marksRefused = true;
    }

    /// Has sockets merge equal datagrams into super-packets as they are received.
    public void merge(boolean on) {
        merging = on;
    }

    /// What opening sockets does from now on in place of it.
    public void onOpen(Fault fault) {
        onOpen = fault;
    }

    /// What becomes of packets before they are sent.
    public void onSend(SendFault fault) {
        onSend = fault;
    }

    /// The sockets that are open.
    public List<FakeBind> binds() {
        return List.copyOf(binds);
    }

    /// The one bind that is open.
    public FakeBind bind() {
        List<FakeBind> open = binds();
        if (open.size() != 1) throw new AssertionError(open.size() + " binds are open");
        return open.getFirst();
    }

    /// A socket for the test itself.
    public FakeNetSocket socket(int port) {
        try {
            FakeBind bind = open(port, 0);
            return new FakeNetSocket(bind, bind.inlet(false));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized FakeBind open(int port, int fwmark) throws IOException {
        onOpen.strike();
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port " + port);
        if (fwmark != 0) checkMark();
        if (port != 0 && isTaken(port)) {
            throw new ErrnoException("bind", EADDRINUSE, "EADDRINUSE: Address already in use");
        }
        FakeBind bind = new FakeBind(net, this, port == 0 ? freePort() : port, fwmark);
        binds.add(bind);
        return bind;
    }

    private boolean isTaken(int port) {
        return binds.stream().anyMatch(bind -> bind.port() == port);
    }

    private int freePort() {
        while (isTaken(nextPort)) nextPort++;
        return nextPort++;
    }

    void checkMark() throws ErrnoException {
        if (marksRefused) {
            throw new ErrnoException("setsockopt", EPERM, "EPERM: Operation not permitted");
        }
    }

    void remove(FakeBind closed) {
        binds.remove(closed);
    }

    SendFault onSend() {
        return onSend;
    }

    boolean merging() {
        return merging;
    }

    /// The first address of a family, or null.
    @Nullable IpAddress address(boolean v6) {
        for (IpAddress address : addresses) {
            if (address.v6() == v6) return address;
        }
        return null;
    }

    boolean has(IpAddress address) {
        return addresses.contains(address);
    }

    int interfaceOf(IpAddress address) {
        return addresses.indexOf(address) + 1;
    }

    @Nullable DatagramQueue inlet(boolean v6, int port) {
        for (FakeBind bind : binds) {
            if (bind.port() == port) return bind.inlet(v6);
        }
        return null;
    }

    /// The addresses, to be compared by identity: other addresses are another list.
    List<IpAddress> addresses() {
        return addresses;
    }

    /// All datagrams that wait at the host's sockets.
    public int waiting() {
        List<DatagramQueue> inlets = new ArrayList<>();
        for (FakeBind bind : binds) {
            inlets.add(bind.inlet(false));
            inlets.add(bind.inlet(true));
        }
        return inlets.stream().mapToInt(DatagramQueue::waiting).sum();
    }

    private static final int EPERM = 1;
    private static final int EADDRINUSE = 98;
}
