package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.SimPair;
import dev.adit.stack.sim.ThreadedNode;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Many threads in one stack: nothing is lost, no wake-up is missed, nothing is thrown.
class ConcurrencyTest {
    private static final int CONNECTIONS = 20;
    private static final int BYTES = 400_000;

    @ParameterizedTest(name = "with {0} per mille lost")
    @ValueSource(ints = {0, 20})
    void manyProgramsTalkAtOnce(int loss) throws Exception {
        try (ThreadedNode a = new ThreadedNode(SimPair.configA(1420), loss);
                ThreadedNode b = new ThreadedNode(SimPair.configB(1420), loss);
                ExecutorService programs = Executors.newVirtualThreadPerTaskExecutor()) {
            a.start(b);
            b.start(a);
            Listener listener =
                    b.stack.listen(ThreadedNode.now(), null, 80, 100, TcpOptions.DEFAULT);
            Future<?> server = programs.submit(() -> serve(b, listener, programs));
            List<Future<Long>> sums = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                boolean v6 = i % 2 == 0;
                sums.add(programs.submit(() -> exchange(a, v6, programs)));
            }
            for (Future<Long> sum : sums) assertThat(sum.get()).isEqualTo(BYTES);
            server.get();
            assertThat(a.failure()).isNull();
            assertThat(b.failure()).isNull();
        }
    }

    /// Echoes what comes.
    private static Void serve(ThreadedNode b, Listener listener, ExecutorService programs)
            throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            Connection c = b.accept(listener);
            programs.submit(
                    () -> {
                        MemorySegment buffer = MemorySegment.ofArray(new byte[7000]);
                        for (int n = b.read(c, buffer); n > 0; n = b.read(c, buffer)) {
                            b.write(c, buffer, n);
                        }
                        c.shutdownOutput(ThreadedNode.now());
                        c.close(ThreadedNode.now());
                        return null;
                    });
        }
        return null;
    }

    private static Long exchange(ThreadedNode a, boolean v6, ExecutorService programs)
            throws Exception {
        FourTuple pair =
                new FourTuple(v6 ? SimPair.A6 : SimPair.A4, 0, v6 ? SimPair.B6 : SimPair.B4, 80);
        Connection c = a.stack.connect(ThreadedNode.now(), pair, TcpOptions.DEFAULT);
        byte[] data = new byte[BYTES];
        new Random(c.pair().localPort()).nextBytes(data);
        Future<?> writer =
                programs.submit(
                        () -> {
                            a.write(c, MemorySegment.ofArray(data), BYTES);
                            c.shutdownOutput(ThreadedNode.now());
                            return null;
                        });
        byte[] got = new byte[BYTES + 1];
        int read = 0;
        while (true) {
            int n = a.read(c, MemorySegment.ofArray(got).asSlice(read));
            if (n < 0) break;
            read += n;
        }
        writer.get();
        assertThat(read).as("%s, %s", c.ending(), c.info()).isEqualTo(BYTES);
        for (int i = 0; i < read; i++) {
            if (got[i] != data[i]) throw new AssertionError("byte " + i + " is wrong");
        }
        c.close(ThreadedNode.now());
        return (long) read;
    }

    @Test
    void stacksAreClosedUnderLoad() throws Exception {
        for (int i = 0; i < 30; i++) {
            ThreadedNode a = new ThreadedNode(SimPair.configA(1420), 5);
            ThreadedNode b = new ThreadedNode(SimPair.configB(1420), 5);
            a.start(b);
            b.start(a);
            Listener listener =
                    b.stack.listen(ThreadedNode.now(), null, 80, 100, TcpOptions.DEFAULT);
            try (ExecutorService programs = Executors.newVirtualThreadPerTaskExecutor()) {
                FourTuple pair = new FourTuple(SimPair.A4, 0, SimPair.B4, 80);
                Connection c = a.stack.connect(ThreadedNode.now(), pair, TcpOptions.DEFAULT);
                Connection s = b.accept(listener);
                MemorySegment data = MemorySegment.ofArray(new byte[10_000_000]);
                Future<?> writer = programs.submit(() -> write(a, c, data));
                Future<?> reader = programs.submit(() -> drain(b, s));
                MemorySegment some = MemorySegment.ofArray(new byte[10_000]);
                b.read(s, some);
                b.stack.close(ThreadedNode.now()); // while it receives and is read from
                a.stack.close(ThreadedNode.now());
                writer.get();
                reader.get();
                a.close();
                b.close();
            }
            assertThat(a.failure()).isNull();
            assertThat(b.failure()).isNull();
        }
    }

    private static Void write(ThreadedNode a, Connection c, MemorySegment data) throws Exception {
        a.write(c, data, (int) data.byteSize());
        return null;
    }

    private static Void drain(ThreadedNode b, Connection s) throws Exception {
        MemorySegment some = MemorySegment.ofArray(new byte[10_000]);
        while (b.read(s, some) > 0) {}
        return null;
    }
}
