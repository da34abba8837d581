package dev.adit.stack.sim;

import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.Stack;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// Two stacks joined by memory, for what is counted and measured: it allocates nothing while bytes
/// flow. The clock advances by a fixed step with each turn.
public final class Hose implements AutoCloseable {
    public final Stack a;
    public final Stack b;
    public final Connection client;
    public final Connection server;
    private final Arena arena = Arena.ofShared();
    private final PacketBatch out = new PacketBatch(128, 256 << 10);
    private final PacketBatch in = new PacketBatch(1024, 4 << 20);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment data = arena.allocate(CHUNK);
    private final MemorySegment got = arena.allocate(CHUNK);
    private long now = 1_000_000_000L;
    private long written;
    private long read;
    private long packets;

    public Hose(int mtu) throws Exception {
        a =
                new Stack(
                        SimPair.configA(mtu),
                        new SipHash(1, 2),
                        new SplittableRandom(1),
                        StackEvents.NONE);
        b =
                new Stack(
                        SimPair.configB(mtu),
                        new SipHash(3, 4),
                        new SplittableRandom(2),
                        StackEvents.NONE);
        for (long i = 0; i < CHUNK; i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7 + (i >> 8)));
        }
        Listener listener = b.listen(now, null, SimPair.PORT, 50, TcpOptions.DEFAULT);
        client =
                a.connect(
                        now,
                        new FourTuple(SimPair.A4, 0, SimPair.B4, SimPair.PORT),
                        TcpOptions.DEFAULT);
        Connection accepted = null;
        for (int i = 0; i < 10 && accepted == null; i++) {
            turn();
            accepted = listener.accept();
        }
        server = accepted;
    }

    /// Carries at least `bytes` from client to server and compares them.
    public void carry(long bytes) {
        long end = read + bytes;
        while (read < end) {
            write();
            turn();
            take();
        }
    }

    private void write() {
        while (true) {
            long from = written % CHUNK;
            int n = client.write(now, data, from, (int) (CHUNK - from));
            if (n <= 0) return;
            written += n;
        }
    }

    private void take() {
        while (true) {
            long from = read % CHUNK;
            int n = server.read(now, got, from, (int) (CHUNK - from));
            if (n <= 0) return;
            read += n;
            if (read % CHUNK == 0 && got.mismatch(data) >= 0) {
                throw new AssertionError("bytes differ before " + read);
            }
        }
    }

    private void turn() {
        now += 20_000;
        move(a, b);
        move(b, a);
        if (a.nextDeadline() <= now) a.expire(now);
        if (b.nextDeadline() <= now) b.expire(now);
    }

    private void move(Stack from, Stack to) {
        out.clear();
        int n = from.transmit(now, out);
        in.clear();
        int at = PacketBatch.HEADROOM;
        for (int i = 0; i < n; i++) {
            int segment = Math.max(1, out.segmentSize(i));
            int count = segmenter.begin(out.memory(), out.offset(i), out.length(i), segment);
            for (int k = 0; k < count; k++) {
                int length = segmenter.length(k);
                segmenter.write(k, in.memory(), at);
                in.add(at, length);
                at += length + PacketBatch.HEADROOM;
            }
        }
        packets += in.size();
        if (in.size() > 0) to.receive(now, in, 0, in.size());
    }

    public long packets() {
        return packets;
    }

    public long bytes() {
        return read;
    }

    @Override
    public void close() {
        a.close(now);
        b.close(now);
        out.close();
        in.close();
        arena.close();
    }

    private static final long CHUNK = 64 << 10;
}
