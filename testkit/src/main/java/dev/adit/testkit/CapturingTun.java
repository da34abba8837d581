package dev.adit.testkit;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

/// Wraps a TUN and passes a copy of every packet, in both directions, to an observer. Thread-safe,
/// as far as the two are.
public final class CapturingTun extends ForwardingTun {
    private final Consumer<Packet> observer;

    /// A packet as it passed. A super-packet is not cut.
    ///
    /// @param outbound true when it was read, to be sent through the tunnel; false when it came out
    ///   of the tunnel and was written
    /// @param bytes a copy
    public record Packet(boolean outbound, byte[] bytes) {}

    /// @param tun owned by this one
    /// @param observer called by the threads that carry packets, after those were read and before
    ///   they are written
    public CapturingTun(Tun tun, Consumer<Packet> observer) {
        super(tun);
        this.observer = observer;
    }

    @Override
    public void read(PacketBatch into) throws IOException {
        tun.read(into);
        show(true, into, 0, into.size());
    }

    @Override
    public List<Reader> readers() {
        return tun.readers().stream().map(this::capturing).toList();
    }

    private Reader capturing(Reader source) {
        return into -> {
            source.read(into);
            show(true, into, 0, into.size());
        };
    }

    @Override
    public int write(PacketBatch packets, int from, int to) throws IOException {
        show(false, packets, from, to);
        return tun.write(packets, from, to);
    }

    private void show(boolean outbound, PacketBatch packets, int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] bytes =
                    packets.memory()
                            .asSlice(packets.offset(i), packets.length(i))
                            .toArray(ValueLayout.JAVA_BYTE);
            observer.accept(new Packet(outbound, bytes));
        }
    }
}
