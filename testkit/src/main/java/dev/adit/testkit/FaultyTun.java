package dev.adit.testkit;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;

import java.io.IOException;
import java.util.List;

/// Wraps a TUN so that its reads and writes fail or block when a test says so. Thread-safe, as far
/// as the other is.
public final class FaultyTun extends ForwardingTun {
    private volatile Fault onRead = Fault.NONE;
    private volatile Fault onWrite = Fault.NONE;

    /// A TUN that does what `tun`, which it owns, does.
    public FaultyTun(Tun tun) {
        super(tun);
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
    public List<Reader> readers() {
        return tun.readers().stream().map(this::faulty).toList();
    }

    private Reader faulty(Reader source) {
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
}
