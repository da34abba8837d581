package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.stack.sim.Packets;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.TcpOptions;

import java.lang.foreign.MemorySegment;

/// Sequences of segments, ICMP errors, calls of the program and pauses around a connection. After
/// each step the memory is within its budget, no deadline is past for long, and the counters are
/// right; what the program reads is what the peer sent, in order; in the end nothing is left.
public final class StackSequenceFuzz implements Target {
    private static final int FIRST = 0x7fff_fff0; // the peer's, so that numbers wrap around
    private static final int PORT = 8080;
    private static final int PEER_PORT = 9090;

    private final FuzzedStack.Batches batches = new FuzzedStack.Batches();

    @Override
    public void take(byte[] bytes) throws RefusedException {
        new Run(new Input(bytes), batches).run();
    }

    private static final class Run {
        private final Input input;
        private final FuzzedStack fuzzed;
        private final boolean v6;
        private final Connection connection;
        private long read;
        private int first; // the stack's initial sequence number

        Run(Input input, FuzzedStack.Batches batches) throws RefusedException {
            this.input = input;
            fuzzed = new FuzzedStack(batches);
            v6 = input.flag();
            TcpOptions options =
                    TcpOptions.DEFAULT
                            .withSelectiveAck(input.flag())
                            .withTimestamps(input.flag())
                            .withCubic(input.flag())
                            .withNoDelay(input.flag())
                            .withBuffers(4096 << input.below(6), 4096 << input.below(6));
            FourTuple pair = new FourTuple(own(), PORT, peer(), PEER_PORT);
            connection = fuzzed.stack.connect(fuzzed.now, pair, options);
        }

        private IpAddress own() {
            return v6 ? SimPair.A6 : SimPair.A4;
        }

        private IpAddress peer() {
            return v6 ? SimPair.B6 : SimPair.B4;
        }

        void run() {
            try (fuzzed) {
                fuzzed.transmit();
                MemorySegment syn = MemorySegment.ofArray(fuzzed.lastSent);
                first = syn.get(ByteOrders.BE32, (v6 ? 40 : 20) + 4);
                if (input.below(8) != 0) establish();
                for (int i = 0; i < MOST && !input.isEmpty(); i++) {
                    step();
                    fuzzed.transmit();
                }
                fuzzed.end();
                connection.abort(fuzzed.now);
                assertThat(fuzzed.stack.stats().memory()).isZero();
            }
        }

        private void establish() {
            byte[] usual = {2, 4, 5, 100, 1, 1, 4, 2, 1, 3, 3, 7};
            segment(SYN | ACK, FIRST, first + 1, 65_535, usual, 0);
        }

        private void step() {
            switch (input.below(12)) {
                case 0, 1, 2, 3 -> segment();
                case 4 -> data();
                case 5 -> acknowledgement();
                case 6 -> write();
                case 7 -> read();
                case 8 -> fuzzed.pass(1_000_000L << input.below(18));
                case 9 -> error();
                case 10 -> end();
                default -> fuzzed.stack.peerAnswers(fuzzed.now, address -> true);
            }
        }

        /// Any segment near what is expected.
        private void segment() {
            int flags = input.flag() ? ACK : input.u8();
            int sequence = FIRST + 1 + near(), acknowledged = first + 1 + near();
            byte[] options = new byte[0];
            if (input.flag()) options = options();
            segment(flags, sequence, acknowledged, input.u16(), options, input.u8() * 4);
        }

        private int near() {
            return (short) input.u16();
        }

        private byte[] options() {
            byte[] options = new byte[(input.below(11)) * 4];
            byte[] some = input.bytes(options.length);
            System.arraycopy(some, 0, options, 0, some.length);
            return options;
        }

        /// Data that is next, or a little ahead or behind.
        private void data() {
            long nxt = connection.info().bytesReceived();
            int offset = (byte) input.u8() * 100;
            segment(
                    ACK | (input.below(16) == 0 ? 1 : 0),
                    (int) (FIRST + 1 + nxt + offset),
                    (int) (first + 1 + acknowledged()),
                    1000 + input.u16() / 2,
                    new byte[0],
                    1 + input.u8() * 5);
        }

        private long acknowledged() {
            return connection.info().bytesSent() - connection.info().inFlight();
        }

        /// An acknowledgement of some of what was sent, with SACK blocks.
        private void acknowledgement() {
            long sent = connection.info().bytesSent();
            long una = sent - connection.info().sendQueue();
            int ack = (int) (first + 1 + Math.max(0, una + input.u8() * (sent - una) / 255));
            byte[] options = new byte[0];
            if (input.flag()) {
                options = new byte[12];
                MemorySegment m = MemorySegment.ofArray(options);
                m.set(ByteOrders.BE32, 0, 0x0101050a);
                m.set(ByteOrders.BE32, 4, ack + input.u16());
                m.set(ByteOrders.BE32, 8, ack + input.u16());
            }
            int sequence = (int) (FIRST + 1 + connection.info().bytesReceived());
            segment(ACK, sequence, ack, input.u16(), options, 0);
        }

        private void segment(
                int flags, int sequence, int acknowledged, int window, byte[] options, int length) {
            byte[] tcp = new byte[20 + options.length + length];
            boolean isSyn = (flags & SYN) != 0;
            // The stream begins with the SYN that is taken.
            boolean isFirst = isSyn && connection.state() == ConnectionState.SYN_SENT;
            int from = isFirst ? FIRST : sequence;
            MemorySegment m = MemorySegment.ofArray(tcp);
            m.set(ByteOrders.BE16, 0, (short) PEER_PORT);
            m.set(ByteOrders.BE16, 2, (short) PORT);
            m.set(ByteOrders.BE32, 4, from);
            m.set(ByteOrders.BE32, 8, acknowledged);
            tcp[12] = (byte) ((20 + options.length) / 4 << 4);
            tcp[13] = (byte) flags;
            m.set(ByteOrders.BE16, 14, (short) window);
            System.arraycopy(options, 0, tcp, 20, options.length);
            int at = 20 + options.length;
            int data = isSyn ? from + 1 : from;
            for (int i = 0; i < length; i++) tcp[at + i] = payload(data + i);
            fuzzed.deliver(Packets.ip(peer(), own(), IpPacket.TCP, 0, tcp));
        }

        /// What the peer sends with a sequence number.
        private static byte payload(int sequence) {
            return (byte) (sequence * 31 + (sequence >> 8));
        }

        private void write() {
            byte[] data = new byte[1 + input.u8() * 64];
            connection.write(fuzzed.now, MemorySegment.ofArray(data), 0, data.length);
        }

        private void read() {
            byte[] into = new byte[1 + input.u8() * 64];
            int n = connection.read(fuzzed.now, MemorySegment.ofArray(into), 0, into.length);
            for (int i = 0; i < n; i++) {
                assertThat(into[i]).isEqualTo(payload((int) (FIRST + 1 + read + i)));
            }
            read += Math.max(0, n);
        }

        /// An ICMP error about the last segment.
        private void error() {
            int type = input.u8(), code = input.below(8), word = input.u16();
            fuzzed.deliver(Packets.icmpError(fuzzed.lastSent, peer(), own(), type, code, word));
        }

        private void end() {
            switch (input.below(4)) {
                case 0 -> connection.close(fuzzed.now);
                case 1 -> connection.abort(fuzzed.now);
                default -> connection.shutdownOutput(fuzzed.now);
            }
        }
    }

    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final int MOST = 200;
}
