package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.sim.Packets;
import dev.adit.stack.sim.RawPeer;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.UdpPort;
import dev.adit.stack.stats.Counter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// IP, ICMP and UDP: what is taken, what is dropped and why, fragments, echoes, errors.
class IpTest {
    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000L;

    private static IpAddress us(boolean v6) {
        return v6 ? SimPair.A6 : SimPair.A4;
    }

    private static IpAddress peer(boolean v6) {
        return v6 ? SimPair.B6 : SimPair.B4;
    }

    private static byte[] udp(boolean v6, int from, int to, byte[] data) {
        byte[] udp = new byte[8 + data.length];
        MemorySegment m = MemorySegment.ofArray(udp);
        m.set(ByteOrders.BE16, 0, (short) from);
        m.set(ByteOrders.BE16, 2, (short) to);
        m.set(ByteOrders.BE16, 4, (short) udp.length);
        System.arraycopy(data, 0, udp, 8, data.length);
        return Packets.ip(peer(v6), us(v6), IpPacket.UDP, 0, udp);
    }

    private static byte[] random(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    private static byte[] echo(boolean v6, byte[] data) {
        byte[] icmp = new byte[8 + data.length];
        icmp[0] = (byte) (v6 ? 128 : 8);
        icmp[5] = 77;
        System.arraycopy(data, 0, icmp, 8, data.length);
        return Packets.ip(peer(v6), us(v6), v6 ? 58 : 1, 0, icmp);
    }

    private static long count(RawPeer peer, Counter counter) {
        return peer.stack.stats().counters().getOrDefault(counter, 0L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEchoIsAnswered(boolean v6) {
        try (RawPeer peer = new RawPeer(MIB)) {
            byte[] request = echo(v6, random(100));
            peer.deliver(request);
            byte[] expected = echo(v6, random(100));
            expected = Packets.ip(us(v6), peer(v6), v6 ? 58 : 1, 0, payload(expected));
            int at = v6 ? 40 : 20;
            expected[at] = (byte) (v6 ? 129 : 0);
            Packets.setChecksum(expected, at, v6 ? 58 : 1, 2);
            List<byte[]> sent = peer.packets();
            assertThat(sent).hasSize(1);
            assertThat(payload(sent.get(0))).isEqualTo(payload(expected));
            assertThat(Packets.address(sent.get(0), false)).isEqualTo(peer(v6));
        }
    }

    private static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, packet[0] >> 4 == 6 ? 40 : 20, packet.length);
    }

    @Test
    void echoesAreAThousandASecond() {
        try (RawPeer peer = new RawPeer(MIB)) {
            int answered = 0;
            for (int i = 0; i < 3000; i++) {
                peer.deliver(echo(false, random(10)));
                answered += peer.packets().size();
            }
            assertThat(answered).isEqualTo(1000);
            peer.now += SECOND / 2;
            for (int i = 0; i < 3000; i++) {
                peer.deliver(echo(true, random(10)));
                answered += peer.packets().size();
            }
            assertThat(answered).isEqualTo(1500);
        }
    }

    @Test
    void whatIsNotForUsOrCannotBeIsDroppedAndCounted() {
        try (RawPeer peer = new RawPeer(MIB)) {
            IpAddress other = IpAddress.parse("10.0.0.77").orElseThrow();
            peer.deliver(Packets.ip(SimPair.B4, other, 17, 0, new byte[8]));
            peer.deliver(
                    Packets.ip(
                            SimPair.B4,
                            IpAddress.parse("224.0.0.1").orElseThrow(),
                            17,
                            0,
                            new byte[8]));
            assertThat(count(peer, Counter.NOT_OUR_ADDRESS)).isEqualTo(2);
            for (String martian :
                    List.of("127.0.0.1", "0.0.0.0", "224.0.0.5", "10.0.0.1", "255.255.255.255")) {
                IpAddress from = IpAddress.parse(martian).orElseThrow();
                peer.deliver(Packets.ip(from, SimPair.A4, 17, 0, new byte[8]));
            }
            for (String martian : List.of("::", "::1", "ff02::1", "fd00::1")) {
                IpAddress from = IpAddress.parse(martian).orElseThrow();
                peer.deliver(Packets.ip(from, SimPair.A6, 17, 0, new byte[8]));
            }
            assertThat(count(peer, Counter.MARTIAN_SOURCE)).isEqualTo(9);
            byte[] bad = udp(false, 1, 2, new byte[4]);
            bad[10] ^= 1;
            peer.deliver(bad);
            assertThat(count(peer, Counter.BAD_HEADER)).isEqualTo(1);
            bad = udp(false, 1, 2, new byte[4]);
            bad[29] ^= 1;
            peer.deliver(bad);
            assertThat(count(peer, Counter.BAD_CHECKSUM)).isEqualTo(1);
            assertThat(peer.packets()).isEmpty();
        }
    }

    @Test
    void anUnknownProtocolIsAnsweredWithAnError() {
        try (RawPeer peer = new RawPeer(MIB)) {
            peer.deliver(Packets.ip(SimPair.B4, SimPair.A4, 99, 0, new byte[20]));
            List<byte[]> sent = peer.packets();
            assertThat(sent).hasSize(1);
            assertThat(sent.get(0)[20]).isEqualTo((byte) 3);
            assertThat(sent.get(0)[21]).isEqualTo((byte) 2);
            peer.deliver(Packets.ip(SimPair.B6, SimPair.A6, 99, 0, new byte[20]));
            sent = peer.packets();
            assertThat(sent).hasSize(1);
            assertThat(sent.get(0)[40]).isEqualTo((byte) 4);
            assertThat(sent.get(0)[41]).isEqualTo((byte) 1);
            assertThat(MemorySegment.ofArray(sent.get(0)).get(ByteOrders.BE32, 44)).isEqualTo(6);
        }
    }

    @Test
    void extensionHeadersArePassedOverOrRefused() throws Exception {
        try (RawPeer peer = new RawPeer(MIB)) {
            UdpPort port = peer.stack.open(null, 53);
            byte[] plain = udp(true, 1000, 53, random(30));
            peer.deliver(withHeader(plain, 0, new byte[] {0, 0, 1, 4, 0, 0, 0, 0}));
            peer.deliver(withHeader(plain, 60, new byte[] {0, 0, 0x1e, 4, 0, 0, 0, 0}));
            peer.deliver(withHeader(plain, 43, new byte[] {0, 0, 0, 0, 0, 0, 0, 0}));
            for (int i = 0; i < 3; i++) assertThat(receive(port)).isEqualTo(random(30));
            assertThat(peer.packets()).isEmpty();
            // An option that asks for an error, and segments left.
            peer.deliver(withHeader(plain, 60, new byte[] {0, 0, (byte) 0x9e, 4, 0, 0, 0, 0}));
            peer.deliver(withHeader(plain, 43, new byte[] {0, 0, 0, 1, 0, 0, 0, 0}));
            // One that asks for silence.
            peer.deliver(withHeader(plain, 60, new byte[] {0, 0, 0x5e, 4, 0, 0, 0, 0}));
            List<byte[]> errors = peer.packets();
            assertThat(errors).hasSize(2);
            assertThat(errors.get(0)[41]).isEqualTo((byte) 2);
            assertThat(errors.get(1)[41]).isEqualTo((byte) 0);
            assertThat(receive(port)).isNull();
        }
    }

    private static byte[] withHeader(byte[] packet, int type, byte[] header) {
        byte[] longer = new byte[packet.length + header.length];
        System.arraycopy(packet, 0, longer, 0, 40);
        System.arraycopy(header, 0, longer, 40, header.length);
        longer[40] = packet[6];
        longer[6] = (byte) type;
        System.arraycopy(packet, 40, longer, 40 + header.length, packet.length - 40);
        int payload = longer.length - 40;
        MemorySegment.ofArray(longer).set(ByteOrders.BE16, 4, (short) payload);
        return longer;
    }

    private static byte[] receive(UdpPort port) {
        byte[] into = new byte[70_000];
        int n = port.receive(MemorySegment.ofArray(into), 0, into.length, new UdpPort.Source());
        return n < 0 ? null : Arrays.copyOf(into, n);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsGoBothWays(boolean v6) throws Exception {
        try (RawPeer peer = new RawPeer(MIB)) {
            UdpPort port = peer.stack.open(null, 53);
            peer.deliver(udp(v6, 4000, 53, random(500)));
            UdpPort.Source source = new UdpPort.Source();
            byte[] into = new byte[100];
            assertThat(port.receive(MemorySegment.ofArray(into), 0, 100, source)).isEqualTo(100);
            assertThat(into).isEqualTo(Arrays.copyOf(random(500), 100));
            assertThat(source.address()).isEqualTo(peer(v6));
            assertThat(source.port()).isEqualTo(4000);
            assertThat(source.length()).isEqualTo(500);
            byte[] data = random(321);
            assertThat(port.send(peer.now, peer(v6), 4000, MemorySegment.ofArray(data), 0, 321))
                    .isTrue();
            assertThat(port.send(peer.now, peer(v6), 4000, MemorySegment.ofArray(data), 0, 0))
                    .isTrue();
            List<byte[]> sent = peer.packets();
            assertThat(sent).hasSize(2);
            byte[] expected = Packets.ip(us(v6), peer(v6), 17, 0, payload(udp(v6, 53, 4000, data)));
            assertThat(payload(sent.get(0))).isEqualTo(payload(expected));
            assertThat(payload(sent.get(1))).hasSize(8);
            port.close();
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void largeDatagramsAreCutAndPutTogether(boolean v6) throws Exception {
        try (RawPeer from = new RawPeer(4 * MIB)) {
            UdpPort port = from.stack.open(null, 53);
            for (int length : new int[] {1400, 1401, 5000, 65_507}) {
                byte[] data = random(length);
                port.send(from.now, peer(v6), 99, MemorySegment.ofArray(data), 0, length);
                List<byte[]> sent = from.packets();
                assertThat(sent).allMatch(p -> p.length <= 1420);
                if (length > 1401) assertThat(sent).hasSizeGreaterThan(1);
                Collections.shuffle(sent, new Random(length));
                try (Receiver to = new Receiver()) {
                    UdpPort other = to.stack.open(null, 99);
                    for (byte[] packet : sent) to.deliver(packet);
                    assertThat(receive(other)).isEqualTo(data);
                    other.close();
                    assertThat(to.stack.stats().memory()).isZero();
                }
            }
        }
    }

    /// The other end, with the peer's addresses.
    private static final class Receiver implements AutoCloseable {
        final Stack stack =
                new Stack(
                        SimPair.configB(1420), new SipHash(1, 1), new Random(1), StackEvents.NONE);
        private final PacketBatch in = new PacketBatch(1, 70_000);

        void deliver(byte[] packet) {
            in.clear();
            MemorySegment.copy(MemorySegment.ofArray(packet), 0, in.memory(), 16, packet.length);
            in.add(16, packet.length);
            stack.receive(1, in, 0, 1);
        }

        @Override
        public void close() {
            stack.close(1);
            in.close();
        }
    }

    private static List<byte[]> fragments(int id, int size, byte[] whole) {
        List<byte[]> all = new ArrayList<>();
        byte[] payload = payload(whole);
        for (int at = 0; at < payload.length; at += size) {
            byte[] part = Arrays.copyOfRange(payload, at, Math.min(at + size, payload.length));
            byte[] packet = Packets.ip(SimPair.B4, SimPair.A4, 200, 0, part);
            MemorySegment m = MemorySegment.ofArray(packet);
            boolean more = at + size < payload.length;
            m.set(ByteOrders.BE16, 4, (short) id);
            m.set(ByteOrders.BE16, 6, (short) (at / 8 | (more ? 0x2000 : 0)));
            packet[9] = 17;
            m.set(ByteOrders.BE16, 10, (short) 0);
            m.set(ByteOrders.BE16, 10, (short) Checksum.of(m, 0, 20, 0));
            all.add(packet);
        }
        return all;
    }

    @Test
    void fragmentsThatOverlapGiveTheDatagramUp() throws Exception {
        try (RawPeer peer = new RawPeer(4 * MIB)) {
            UdpPort port = peer.stack.open(null, 53);
            byte[] whole = udp(false, 1, 53, random(100));
            List<byte[]> a = fragments(7, 40, whole), b = fragments(7, 48, whole);
            peer.deliver(a.get(0));
            peer.deliver(b.get(1)); // begins behind, a hole between
            peer.deliver(a.get(1)); // overlaps
            peer.deliver(a.get(2));
            assertThat(receive(port)).isNull();
            assertThat(count(peer, Counter.REASSEMBLY_FAILED)).isPositive();
            for (byte[] fragment : fragments(8, 40, whole)) {
                peer.deliver(fragment);
                peer.deliver(fragment); // a copy does no harm
            }
            assertThat(receive(port)).isEqualTo(random(100));
            peer.pass(31 * SECOND);
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    @Test
    void fragmentsThatNeverBecomeWholeAreBoundedAndForgotten() {
        try (RawPeer peer = new RawPeer(64 * MIB)) {
            byte[] whole = udp(false, 1, 53, random(60_000));
            for (int id = 0; id < 2000; id++) {
                List<byte[]> all = fragments(id, 1400, whole);
                for (int i = 1; i < all.size(); i++) peer.deliver(all.get(i));
            }
            assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(MIB + 65_536);
            peer.pass(31 * SECOND);
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPortThatNobodyHasIsUnreachable(boolean v6) throws Exception {
        try (RawPeer peer = new RawPeer(MIB)) {
            byte[] packet = udp(v6, 4000, 53, random(30));
            peer.deliver(packet);
            List<byte[]> sent = peer.packets();
            assertThat(sent).hasSize(1);
            byte[] error = payload(sent.get(0));
            assertThat(error[0]).isEqualTo((byte) (v6 ? 1 : 3));
            assertThat(error[1]).isEqualTo((byte) (v6 ? 4 : 3));
            assertThat(Arrays.copyOfRange(error, 8, error.length)).isEqualTo(packet);

            UdpPort port = peer.stack.open(null, 53);
            port.connect(peer(v6), 4001);
            peer.deliver(packet); // from another port than the connected one
            assertThat(peer.packets()).hasSize(1);
            assertThat(receive(port)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectedPortHearsOfErrors(boolean v6) throws Exception {
        try (RawPeer peer = new RawPeer(MIB)) {
            UdpPort port = peer.stack.open(null, 53);
            port.connect(peer(v6), 99);
            byte[] data = random(10);
            port.send(peer.now, null, 0, MemorySegment.ofArray(data), 0, 10);
            byte[] sent = peer.packets().get(0);
            int type = v6 ? 1 : 3, code = v6 ? 4 : 3;
            peer.deliver(Packets.icmpError(sent, peer(v6), us(v6), type, code, 0));
            assertThat(port.takeError()).isEqualTo(type << 8 | code);
            assertThat(port.takeError()).isZero();
        }
    }

    @Test
    void aUdpQueueIsBounded() throws Exception {
        try (RawPeer peer = new RawPeer(4 * MIB)) {
            UdpPort port = peer.stack.open(null, 53);
            byte[] packet = udp(false, 1, 53, random(1000));
            for (int i = 0; i < 2000; i++) peer.deliver(packet);
            assertThat(peer.stack.stats().memory()).isLessThanOrEqualTo(270_000);
            assertThat(count(peer, Counter.UDP_QUEUE_FULL)).isPositive();
            MemorySegment data = MemorySegment.ofArray(random(1000));
            int taken = 0;
            while (port.send(peer.now, SimPair.B4, 9, data, 0, 1000)) taken++;
            assertThat(taken).isBetween(200, 300);
            peer.packets();
            assertThat(port.send(peer.now, SimPair.B4, 9, data, 0, 1000)).isTrue();
        }
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        try (RawPeer peer = new RawPeer(MIB)) {
            UdpPort port = peer.stack.open(SimPair.A4, 53);
            MemorySegment data = MemorySegment.ofArray(new byte[10]);
            assertThatThrownBy(() -> peer.stack.open(null, 53))
                    .isInstanceOf(RefusedException.class);
            assertThat(peer.stack.open(SimPair.A6, 53)).isNotNull();
            assertThatThrownBy(() -> peer.stack.open(SimPair.B4, 54))
                    .isInstanceOf(RefusedException.class);
            for (String to : List.of("224.0.0.1", "0.0.0.0", "fd00::2")) {
                IpAddress address = IpAddress.parse(to).orElseThrow();
                assertThatThrownBy(() -> port.send(peer.now, address, 1, data, 0, 10))
                        .isInstanceOf(RefusedException.class);
            }
            assertThatThrownBy(() -> port.send(peer.now, SimPair.B4, 0, data, 0, 10))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void randomPacketsDoNoHarm() {
        Random random = new Random(9);
        try (RawPeer peer = new RawPeer(MIB)) {
            for (int i = 0; i < 200_000; i++) {
                boolean v6 = random.nextBoolean();
                byte[] packet =
                        switch (random.nextInt(4)) {
                            case 0 -> udp(v6, 1, 2, new byte[random.nextInt(60)]);
                            case 1 -> echo(v6, new byte[random.nextInt(60)]);
                            case 2 ->
                                    Packets.icmpError(
                                            udp(v6, 1, 2, new byte[random.nextInt(60)]),
                                            peer(v6),
                                            us(v6),
                                            random.nextInt(5),
                                            random.nextInt(6),
                                            random.nextInt(2000));
                            default ->
                                    withHeader(
                                            udp(true, 1, 2, new byte[random.nextInt(60)]),
                                            new int[] {0, 43, 44, 60}[random.nextInt(4)],
                                            noise(random));
                        };
                int cut =
                        random.nextInt(8) == 0 ? random.nextInt(packet.length + 1) : packet.length;
                packet = Arrays.copyOf(packet, cut);
                for (int k = random.nextInt(3); k > 0 && cut > 0; k--) {
                    packet[random.nextInt(cut)] ^= (byte) (1 << random.nextInt(8));
                }
                peer.deliver(packet);
                if (i % 100 == 0) peer.packets();
                peer.now += 100_000;
            }
            peer.packets();
            peer.pass(31 * SECOND);
            assertThat(peer.stack.stats().memory()).isZero();
        }
    }

    private static byte[] noise(Random random) {
        byte[] header = new byte[8];
        random.nextBytes(header);
        header[1] = (byte) random.nextInt(3);
        return header;
    }
}
