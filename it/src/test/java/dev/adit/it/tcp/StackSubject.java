package dev.adit.it.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.Stack;
import dev.adit.stack.StackConfig;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

/// Our TCP, in virtual time.
final class StackSubject implements TcpSubject {
    private final Stack stack;
    private final FourTuple pair;
    private final PacketBatch out = new PacketBatch(128, 256 << 10);
    private final PacketBatch in = new PacketBatch(1, 70_000);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment cut = MemorySegment.ofArray(new byte[65_600]);
    private final Queue<byte[]> sent = new ArrayDeque<>();
    private long now = 1_000_000_000L;
    private Listener listener;
    private Connection connection;

    StackSubject(FourTuple pair, int mtu) {
        this.pair = pair;
        IpAddress own = pair.localAddress();
        StackConfig.Address address = new StackConfig.Address(own, own.v6() ? 64 : 16);
        stack =
                new Stack(
                        StackConfig.of(mtu, address),
                        new SipHash(1, 2),
                        new Random(1),
                        StackEvents.NONE);
    }

    @Override
    public long time() {
        return now;
    }

    @Override
    public void deliver(byte[] packet) {
        in.clear();
        int at = PacketBatch.HEADROOM;
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, in.memory(), at, packet.length);
        in.add(at, packet.length);
        stack.receive(now, in, 0, 1);
        transmit();
    }

    @Override
    public byte[] next(long nanoseconds) {
        long end = now + nanoseconds;
        transmit();
        while (sent.isEmpty() && stack.nextDeadline() <= end) {
            now = Math.max(now, stack.nextDeadline());
            stack.expire(now);
            transmit();
        }
        if (sent.isEmpty()) now = end;
        return sent.poll();
    }

    private void transmit() {
        while (true) {
            out.clear();
            int n = stack.transmit(now, out);
            if (n == 0) return;
            for (int i = 0; i < n; i++) PacketCutter.cut(out, i, segmenter, cut, sent);
        }
    }

    @Override
    public void listen() throws Exception {
        listener = stack.listen(now, pair.localAddress(), pair.localPort(), 5, TcpOptions.DEFAULT);
    }

    @Override
    public void connect() throws Exception {
        connection = stack.connect(now, pair, TcpOptions.DEFAULT);
    }

    @Override
    public boolean hasConnection() {
        return connection != null;
    }

    @Override
    public String connected() {
        Ending ending = connection.ending();
        if (ending != null) return name(ending.reason());
        return connection.state().isSynchronized() ? "connected" : "pending";
    }

    private static String name(Ending.Reason reason) {
        return switch (reason) {
            case REFUSED -> "refused";
            case RESET -> "reset";
            case FINISHED -> "end";
            default -> reason.toString();
        };
    }

    @Override
    public String accept() {
        Connection accepted = listener.accept();
        if (accepted == null) return "none";
        connection = accepted;
        return "accepted";
    }

    @Override
    public String write(int bytes) {
        int n = connection.write(now, MemorySegment.ofArray(new byte[bytes]), 0, bytes);
        transmit();
        if (n >= 0) return String.valueOf(n);
        return "fails";
    }

    @Override
    public String read() {
        MemorySegment into = MemorySegment.ofArray(new byte[65_536]);
        int all = 0, n;
        while ((n = connection.read(now, into, 0, 65_536)) > 0) all += n;
        transmit();
        if (n == 0) return String.valueOf(all);
        boolean isEnd = connection.isInputFinished() || connection.ending() == null;
        return all + (isEnd ? " end" : " " + name(connection.ending().reason()));
    }

    @Override
    public String shutdown() {
        boolean isOver = connection.ending() != null;
        connection.shutdownOutput(now);
        transmit();
        return isOver ? "fails" : "";
    }

    @Override
    public void end(boolean reset) {
        if (reset) connection.abort(now);
        else connection.close(now);
        transmit();
    }

    @Override
    public void close() {
        stack.close(now);
        out.close();
        in.close();
    }
}
