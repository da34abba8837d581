package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;
import dev.adit.stack.sim.Packets;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.socket.UdpPort;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Packets from the peer: bytes as they are, and headers, extension headers, options, ICMP errors
/// and fragments whose checksums are right. Whatever they are, nothing is thrown, the memory is
/// bounded, and all of it comes back.
public final class StackPacketFuzz implements Target {
    private final FuzzedStack.Batches batches = new FuzzedStack.Batches();

    @Override
    public void take(byte[] bytes) throws RefusedException {
        Input input = new Input(bytes);
        try (FuzzedStack fuzzed = new FuzzedStack(batches)) {
            fuzzed.stack.listen(fuzzed.now, null, 80, 5, TcpOptions.DEFAULT);
            UdpPort port = fuzzed.stack.open(null, 53);
            for (int i = 0; i < MOST && !input.isEmpty(); i++) {
                fuzzed.deliver(packet(input));
                fuzzed.transmit();
            }
            fuzzed.pass(31_000_000_000L); // reassembly gives up
            port.close();
            fuzzed.end();
            assertThat(fuzzed.stack.stats().memory()).isZero();
        }
    }

    private static byte[] packet(Input input) {
        boolean v6 = input.flag();
        int kind = input.below(6);
        int length = input.u8() * (kind == 0 ? 1 : 4);
        byte[] content = input.bytes(length);
        return switch (kind) {
            case 0 -> content;
            case 1 -> ip(v6, input.u8(), content);
            case 2 -> ip(v6, IpPacket.TCP, tcp(content));
            case 3 -> error(v6, input, content);
            case 4 -> fragment(input, content);
            default -> extended(input, content);
        };
    }

    private static IpAddress peer(boolean v6) {
        return v6 ? SimPair.B6 : SimPair.B4;
    }

    private static IpAddress own(boolean v6) {
        return v6 ? SimPair.A6 : SimPair.A4;
    }

    private static byte[] ip(boolean v6, int protocol, byte[] payload) {
        return Packets.ip(peer(v6), own(v6), protocol, 0, payload);
    }

    /// A header with the options that `content` begins with, for the port that is listened on.
    private static byte[] tcp(byte[] content) {
        byte[] tcp = Arrays.copyOf(content, Math.max(20, content.length));
        MemorySegment.ofArray(tcp).set(ByteOrders.BE16, 2, (short) 80);
        return tcp;
    }

    private static byte[] error(boolean v6, Input input, byte[] quoted) {
        int type = input.u8(), code = input.u8(), word = input.i32();
        return Packets.icmpError(quoted, peer(v6), own(v6), type, code, word);
    }

    private static byte[] fragment(Input input, byte[] content) {
        byte[] packet = Packets.ip(peer(false), own(false), 200, 0, content);
        MemorySegment m = MemorySegment.ofArray(packet);
        m.set(ByteOrders.BE16, 4, (short) input.below(4));
        m.set(ByteOrders.BE16, 6, (short) input.u16());
        packet[9] = (byte) (input.flag() ? IpPacket.UDP : input.u8());
        m.set(ByteOrders.BE16, 10, (short) 0);
        m.set(ByteOrders.BE16, 10, (short) Checksum.of(m, 0, 20, 0));
        return packet;
    }

    /// Extension headers, as `content` has them.
    private static byte[] extended(Input input, byte[] content) {
        int[] first = {0, 43, 44, 60};
        return Packets.ip(peer(true), own(true), first[input.below(4)], 0, content);
    }

    private static final int MOST = 50;
}
