package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.SendException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Wraps a bind so that its calls fail or block when a test says so. Thread-safe, as far as the
/// others are.
public final class FaultyBind implements Bind {
    private final Bind bind;
    private volatile Fault onReceive = Fault.NONE;
    private volatile SendFault onSend = SendFault.NONE;

    /// Sockets that do what `bind`, which they own, does.
    public FaultyBind(Bind bind) {
        this.bind = bind;
    }

    /// Sets what comes before each receive from now on.
    public void onReceive(Fault fault) {
        onReceive = fault;
    }

    /// Sets what comes before each datagram is sent from now on. What lies before it in its batch
    /// is sent.
    public void onSend(SendFault fault) {
        onSend = fault;
    }

    @Override
    public List<Receiver> receivers() {
        return bind.receivers().stream().<Receiver>map(Faulty::new).toList();
    }

    private final class Faulty implements Receiver {
        private final Receiver source;

        Faulty(Receiver source) {
            this.source = source;
        }

        @Override
        public int datagrams() {
            return source.datagrams();
        }

        @Override
        public void receive(PacketBatch into) throws IOException {
            onReceive.strike();
            source.receive(into);
        }
    }

    @Override
    public void send(PacketBatch packets, int from, int to, Endpoint endpoint)
            throws SendException {
        SendFault fault = onSend;
        if (fault == SendFault.NONE) {
            bind.send(packets, from, to, endpoint);
            return;
        }
        for (int i = from; i < to; i++) {
            fault.strike(packets, i, endpoint);
            bind.send(packets, i, i + 1, endpoint);
        }
    }

    @Override
    public int port() {
        return bind.port();
    }

    @Override
    public Endpoint endpoint(PacketBatch received, int i, @Nullable Endpoint known) {
        return bind.endpoint(received, i, known);
    }

    @Override
    public void mark(int fwmark) throws IOException {
        bind.mark(fwmark);
    }

    @Override
    public Set<Offload> offloads() {
        return bind.offloads();
    }

    @Override
    public void close() {
        bind.close();
    }
}
