package dev.adit.testkit;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Wraps a TUN so that its reads and writes fail or block when a test says so. Thread-safe, as far
/// as the other is.
public final class FaultyTun implements Tun {
    private final Tun tun;
    private volatile Fault onRead = Fault.NONE;
    private volatile Fault onWrite = Fault.NONE;

    /// A TUN that does what `tun`, which it owns, does.
    public FaultyTun(Tun tun) {
        this.tun = tun;
    }

    /// Sets what comes before each read from now on.
    public void onRead(Fault fault) {
        onRead = fault;
    }

    /// Sets what comes before each write from now on.
    public void onWrite(Fault fault) {
        onWrite = fault;
    }

    @Override
    public void read(PacketBatch into) throws IOException {
        onRead.strike();
        tun.read(into);
    }

    @Override
    public List<Source> sources() {
        return tun.sources().stream().map(this::faulty).toList();
    }

    private Source faulty(Source source) {
        return into -> {
            onRead.strike();
            source.read(into);
        };
    }

    @Override
    public int write(PacketBatch packets, int from, int to) throws IOException {
        onWrite.strike();
        return tun.write(packets, from, to);
    }

    @Override
    public String name() {
        return tun.name();
    }

    @Override
    public int mtu() {
        return tun.mtu();
    }

    @Override
    public boolean sendIcmpError(PacketBatch packets, int i) {
        return tun.sendIcmpError(packets, i);
    }

    @Override
    public Set<Offload> offloads() {
        return tun.offloads();
    }

    @Override
    public void watch(Listener listener) {
        tun.watch(listener);
    }

    @Override
    public boolean setDown() {
        return tun.setDown();
    }

    @Override
    public void close() {
        tun.close();
    }
}
