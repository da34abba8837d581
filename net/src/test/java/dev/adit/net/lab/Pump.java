package dev.adit.net.lab;

import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A thread that carries packets from one TUN to another, as two devices do, without a tunnel.
public final class Pump extends Thread {
    private final Tun from;
    private final Tun to;

    public Pump(Tun from, Tun to) {
        super("pump");
        this.from = from;
        this.to = to;
        setDaemon(true);
    }

    @Override
    public void run() {
        Segmenter segmenter = new Segmenter();
        try (PacketBatch out = new PacketBatch(128, 256 << 10);
                PacketBatch in = new PacketBatch(1024, 4 << 20)) {
            while (true) {
                from.read(out);
                in.clear();
                for (int i = 0; i < out.size(); i++) cut(segmenter, out, i, in);
                to.write(in, 0, in.size());
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static void cut(Segmenter segmenter, PacketBatch out, int i, PacketBatch in) {
        int last = in.size() - 1;
        int at = last < 0 ? 16 : in.offset(last) + in.length(last) + 16;
        if (out.segmentSize(i) == 0) {
            MemorySegment.copy(out.memory(), out.offset(i), in.memory(), at, out.length(i));
            in.add(at, out.length(i));
            return;
        }
        int count = segmenter.begin(out.memory(), out.offset(i), out.length(i), out.segmentSize(i));
        for (int k = 0; k < count; k++) {
            segmenter.write(k, in.memory(), at);
            in.add(at, segmenter.length(k));
            at += segmenter.length(k) + 16;
        }
    }
}
