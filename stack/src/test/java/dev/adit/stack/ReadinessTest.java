package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.socket.UdpPort;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;

/// What a program that waits for many sockets at once asks them before it reads, writes or accepts.
class ReadinessTest {
    private static final long SECOND = 1_000_000_000L;
    private static final TcpOptions SMALL = TcpOptions.DEFAULT.withBuffers(20_000, 20_000);
    private final MemorySegment bytes = MemorySegment.ofArray(new byte[100_000]);

    private static SimPair pair() throws Exception {
        return new SimPair(1, false, 1420, SMALL, SMALL);
    }

    private int fill(SimPair pair) {
        int sum = 0;
        while (pair.client.isWritable()) {
            sum += pair.client.write(pair.net.now(), bytes, 0, 7_000);
            pair.net.run(SECOND);
        }
        return sum;
    }

    @Test
    void aConnectionIsWritableUntilItsQueueIsFullAndAgainWhenThePeerHasRead() throws Exception {
        try (SimPair pair = pair().establish()) {
            int written = fill(pair);
            assertThat(written).isGreaterThan(20_000);
            assertThat(pair.client.write(pair.net.now(), bytes, 0, 100_000)).isZero();
            for (int left = written; left > 0; pair.net.run(SECOND)) {
                left -= pair.server.read(pair.net.now(), bytes, 0, 100_000);
            }
            assertThat(pair.client.isWritable()).isTrue();
        }
    }

    /// Else a program that writes whenever it may would be woken for each acknowledgement.
    @Test
    void aLittleRoomIsNoneToAProgramThatHadToWait() throws Exception {
        try (SimPair pair = pair().establish()) {
            fill(pair);
            pair.server.read(pair.net.now(), bytes, 0, 3_000);
            pair.net.run(SECOND);
            assertThat(pair.client.isWritable()).isFalse();
        }
    }

    @Test
    void aConnectionIsReadableWhenThereAreBytesOrTheEnd() throws Exception {
        try (SimPair pair = pair().establish()) {
            Connection server = pair.server;
            assertThat(server.isReadable()).isFalse();
            pair.client.write(pair.net.now(), bytes, 0, 10);
            pair.net.run(SECOND);
            assertThat(server.isReadable()).isTrue();
            server.read(pair.net.now(), bytes, 0, 10);
            assertThat(server.isReadable()).isFalse();
            pair.client.shutdownOutput(pair.net.now());
            pair.net.run(SECOND);
            assertThat(server.isReadable()).isTrue();
        }
    }

    @Test
    void aConnectionThatWasResetIsReadableAndWritable() throws Exception {
        try (SimPair pair = pair().establish()) {
            pair.client.abort(pair.net.now());
            pair.net.run(SECOND);
            assertThat(pair.server.isReadable()).isTrue();
            assertThat(pair.server.isWritable()).isTrue();
        }
    }

    @Test
    void aListenerIsAcceptableWhileAConnectionWaits() throws Exception {
        try (SimPair pair = pair()) {
            assertThat(pair.listener.isAcceptable()).isFalse();
            pair.net.run(SECOND);
            assertThat(pair.listener.isAcceptable()).isTrue();
            pair.listener.accept();
            assertThat(pair.listener.isAcceptable()).isFalse();
        }
    }

    @Test
    void aPortIsReadableWithADatagramAndWritableUntilItsQueueIsFull() throws Exception {
        try (SimPair pair = pair()) {
            UdpPort to = pair.net.b.open(null, 53), from = pair.net.a.open(null, 53);
            assertThat(to.isReadable()).isFalse();
            while (from.send(pair.net.now(), SimPair.B4, 53, bytes, 0, 1_000)) {
                assertThat(from.isWritable()).isTrue();
            }
            assertThat(from.isWritable()).isFalse();
            pair.net.run(SECOND);
            assertThat(from.isWritable()).isTrue();
            assertThat(to.isReadable()).isTrue();
            while (to.receive(bytes, 0, 2_000, new UdpPort.Source()) >= 0) {}
            assertThat(to.isReadable()).isFalse();
        }
    }
}
