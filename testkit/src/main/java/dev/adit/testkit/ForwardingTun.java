package dev.adit.testkit;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;

import java.util.Set;

/// A TUN around another one, which it owns: forwards all but the packets. Thread-safe, as far as
/// the other is.
abstract sealed class ForwardingTun implements Tun permits CapturingTun, FaultyTun {
    final Tun tun;

    ForwardingTun(Tun tun) {
        this.tun = tun;
    }

    @Override
    public final String name() {
        return tun.name();
    }

    @Override
    public final int mtu() {
        return tun.mtu();
    }

    @Override
    public final boolean sendIcmpError(PacketBatch packets, int i) {
        return tun.sendIcmpError(packets, i);
    }

    @Override
    public final Set<Offload> offloads() {
        return tun.offloads();
    }

    @Override
    public final void watch(Listener listener) {
        tun.watch(listener);
    }

    @Override
    public final boolean setDown() {
        return tun.setDown();
    }

    @Override
    public final void close() {
        tun.close();
    }
}
