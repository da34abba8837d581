package dev.adit.it.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;
import dev.adit.stack.sim.Packets;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/// The side of a TUN that is not the system: takes what the system sends to where the peer with
/// that address finds it. Thread-safe.
final class TunWire implements AutoCloseable {
    private final Tun tun;
    private final Map<IpAddress, Queue<byte[]>> peers = new ConcurrentHashMap<>();
    private final PacketBatch out = new PacketBatch(1, 70_000); // guarded by this

    TunWire(Tun tun) {
        this.tun = tun;
        Thread.ofPlatform().name("tun-reader").daemon().start(this::read);
    }

    /// What goes to `peer` is added to `queue`.
    void register(IpAddress peer, Queue<byte[]> queue) {
        peers.put(peer, queue);
    }

    synchronized void write(byte[] packet) throws IOException {
        out.clear();
        int at = PacketBatch.HEADROOM;
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, out.memory(), at, packet.length);
        out.add(at, packet.length);
        if (tun.write(out, 0, 1) != 1) throw new IOException("the interface did not take it");
    }

    private void read() {
        try (PacketBatch in = new PacketBatch(128, 1 << 20)) {
            Segmenter segmenter = new Segmenter();
            MemorySegment cut = MemorySegment.ofArray(new byte[65_600]);
            Queue<byte[]> all = new ArrayDeque<>();
            while (true) {
                tun.read(in);
                for (int i = 0; i < in.size(); i++) PacketCutter.cut(in, i, segmenter, cut, all);
                while (!all.isEmpty()) hand(all.poll());
            }
        } catch (IOException e) {
            // The TUN is closed.
        }
    }

    private void hand(byte[] packet) {
        Queue<byte[]> queue = peers.get(Packets.address(packet, false));
        if (queue != null) queue.add(packet);
    }

    @Override
    public void close() {
        tun.close();
    }
}
