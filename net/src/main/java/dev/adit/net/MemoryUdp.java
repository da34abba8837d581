package dev.adit.net;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ErrnoException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// UDP between networks of one program, in memory: for tests, which then need no socket of the host
/// at all. Each host has an address and hands out sockets by [#host]; datagrams arrive in order,
/// and are lost when a queue is full. Thread-safe.
public final class MemoryUdp {
    private final Map<Endpoint, MemoryBind> binds = new ConcurrentHashMap<>();

    /// A network without hosts.
    public MemoryUdp() {}

    /// Opens sockets of the host with that address, for [NetworkBuilder#binds].
    ///
    /// @param address an IPv4 or IPv6 address as text
    /// @throws IllegalArgumentException when it is not one
    public BindFactory host(String address) {
        IpAddress own =
                IpAddress.parse(address)
                        .orElseThrow(() -> new IllegalArgumentException("address " + address));
        return (port, fwmark) -> open(own, port, fwmark);
    }

    private Bind open(IpAddress address, int port, int fwmark) throws IOException {
        if (fwmark != 0) throw new IOException("there are no firewall marks in memory");
        if (port != 0) {
            MemoryBind bind = new MemoryBind(this, new Endpoint(address, port));
            if (binds.putIfAbsent(bind.endpoint(), bind) == null) return bind;
            throw new ErrnoException("bind", EADDRINUSE, "EADDRINUSE: Address already in use");
        }
        for (int chosen = FIRST_PORT; chosen <= LAST_PORT; chosen++) {
            MemoryBind bind = new MemoryBind(this, new Endpoint(address, chosen));
            if (binds.putIfAbsent(bind.endpoint(), bind) == null) return bind;
        }
        throw new ErrnoException("bind", EADDRINUSE, "EADDRINUSE: Address already in use");
    }

    /// The socket at `to`, or null.
    @Nullable MemoryBind at(Endpoint to) {
        return binds.get(to);
    }

    void remove(MemoryBind bind) {
        binds.remove(bind.endpoint(), bind);
    }

    private static final int EADDRINUSE = 98;
    private static final int FIRST_PORT = 49_152;
    private static final int LAST_PORT = 65_535;
}
