package dev.adit.stack.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.StackConfig;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

/// Two stacks with a connection from `a` to `b`.
public final class SimPair implements AutoCloseable {
    public static final IpAddress A4 = IpAddress.parse("10.0.0.1").orElseThrow();
    public static final IpAddress B4 = IpAddress.parse("10.0.0.2").orElseThrow();
    public static final IpAddress A6 = IpAddress.parse("fd00::1").orElseThrow();
    public static final IpAddress B6 = IpAddress.parse("fd00::2").orElseThrow();
    public static final int PORT = 80;

    public final SimNetwork net;
    public final Listener listener;
    public Connection client;
    public Connection server;

    public SimPair(long seed, boolean v6, int mtu, TcpOptions forA, TcpOptions forB)
            throws Exception {
        this(seed, v6, configA(mtu), configB(mtu), forA, forB);
    }

    public SimPair(
            long seed, boolean v6, StackConfig a, StackConfig b, TcpOptions forA, TcpOptions forB)
            throws Exception {
        net = new SimNetwork(seed, a, b, StackEvents.NONE, StackEvents.NONE);
        listener = net.b.listen(net.now(), null, PORT, 50, forB);
        FourTuple pair = new FourTuple(v6 ? A6 : A4, 0, v6 ? B6 : B4, PORT);
        client = net.a.connect(net.now(), pair, forA);
    }

    public static StackConfig configA(int mtu) {
        return StackConfig.of(
                mtu, new StackConfig.Address(A4, 24), new StackConfig.Address(A6, 64));
    }

    public static StackConfig configB(int mtu) {
        return StackConfig.of(
                mtu, new StackConfig.Address(B4, 24), new StackConfig.Address(B6, 64));
    }

    /// Runs until the connection is established.
    public SimPair establish() {
        for (int i = 0; i < 10_000 && server == null; i++) {
            net.run(10_000_000);
            server = listener.accept();
        }
        assertThat(server).isNotNull();
        return this;
    }

    /// Runs transfers until all are done, or `limit` nanoseconds are over.
    public void transfer(long limit, Transfer... transfers) {
        long end = net.now() + limit;
        while (net.now() < end) {
            boolean any = false, done = true;
            for (Transfer t : transfers) {
                any |= t.step(net.now());
                done &= t.isDone() || t.isEnded();
            }
            if (done) return;
            net.pump();
            long next = net.nextEvent();
            if (next == Long.MAX_VALUE && !any) {
                throw new AssertionError(
                        "stalled at " + net.now() + ": " + client.info() + "\n" + server.info());
            }
            net.runUntil(Math.min(end, Math.max(next, net.now())));
        }
    }

    @Override
    public void close() {
        net.close();
    }
}
