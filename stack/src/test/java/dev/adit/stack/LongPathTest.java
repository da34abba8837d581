package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.Link;
import dev.adit.stack.sim.SimNetwork;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;

/// A round trip of 100 ms on which nothing is lost, at 2 Gbit/s: what limits a connection there is
/// how much may be in the network, so that much has to be in it.
class LongPathTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CHUNK = 128 << 10;
    private final MemorySegment data = MemorySegment.ofArray(new byte[CHUNK]);
    private boolean isWritable = true;
    private long read;

    /// Buffers of 8 MiB carry 671 Mbit/s at most. A program that is told of room only when a third
    /// of them is free gets 448.
    @Test
    void aProgramThatWaitsForRoomKeepsItFull() throws Exception {
        StackEvents events =
                new StackEvents() {
                    @Override
                    public void writable(Connection c) {
                        isWritable = true;
                    }
                };
        try (SimNetwork net =
                new SimNetwork(
                        1,
                        SimPair.configA(1420),
                        SimPair.configB(1420),
                        events,
                        StackEvents.NONE)) {
            net.link(Link.of(50_000_000).withRate(250_000_000, 8_000_000), Link.of(50_000_000));
            Listener listener = net.b.listen(net.now(), null, 80, 50, TcpOptions.DEFAULT);
            FourTuple pair = new FourTuple(SimPair.A4, 0, SimPair.B4, 80);
            Connection client = net.a.connect(net.now(), pair, TcpOptions.DEFAULT);
            net.run(SECOND);
            Connection server = listener.accept();
            runUntil(net, net.now() + 3 * SECOND, client, server);
            long before = read, begin = net.now();
            runUntil(net, begin + 2 * SECOND, client, server);
            double rate = (read - before) * 8 / ((net.now() - begin) * 1e-9);
            assertThat(rate).as("bit/s").isGreaterThan(600e6);
        }
    }

    private void runUntil(SimNetwork net, long end, Connection client, Connection server) {
        while (net.now() < end) {
            while (isWritable) {
                int n = client.write(net.now(), data, 0, CHUNK);
                isWritable = n == CHUNK;
            }
            net.pump();
            net.runUntil(Math.min(end, Math.max(net.now(), net.nextEvent())));
            for (int n = 1; n > 0; read += n) n = server.read(net.now(), data, 0, CHUNK);
        }
    }
}
