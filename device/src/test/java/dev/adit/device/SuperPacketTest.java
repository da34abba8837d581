package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.drop.DropReason;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

/// Packets that the TUN hands over uncut arrive as those that they stand for.
class SuperPacketTest {
    private static final int HEADERS = 40;

    private final FakeNet net = new FakeNet();
    private final DeviceFixture a = DeviceFixture.start(net, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, "192.0.2.2");

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
    }

    /// A TCP packet with that much payload, longer than any MTU.
    private static byte[] tcp(int payload) {
        byte[] packet = IpPackets.packet("10.0.0.1", "10.0.0.2", HEADERS + payload);
        packet[9] = 6;
        packet[32] = 5 << 4;
        for (int i = 0; i < payload; i++) packet[HEADERS + i] = (byte) (i + i / 256);
        return packet;
    }

    private static void assertCut(byte[] whole, List<byte[]> packets, int segmentSize) {
        int at = HEADERS;
        for (byte[] packet : packets) {
            assertThat(IpPackets.headerIsIntact(packet)).isTrue();
            byte[] payload = Arrays.copyOfRange(packet, HEADERS, packet.length);
            int end = Math.min(whole.length, at + segmentSize);
            assertThat(payload).isEqualTo(Arrays.copyOfRange(whole, at, end));
            at = end;
        }
        assertThat(at).isEqualTo(whole.length);
    }

    @Test
    void isCutWhenThereIsASession() {
        connect();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
        byte[] whole = tcp(50_000), other = tcp(60_000);
        a.tun.sendUncut(1380, whole, other);
        assertCut(whole, b.tun.receive(37), 1380);
        assertCut(other, b.tun.receive(44), 1380);
    }

    @Test
    void isCutWhereItWaitsForASession() {
        connect();
        byte[] whole = tcp(40_000);
        a.tun.sendUncut(1380, whole);
        assertCut(whole, b.tun.receive(29), 1380);
    }

    @Test
    void isPaddedNotBeyondTheMtuOfARoute() {
        connect();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
        a.tun.mtu(1300);
        a.tun.routeMtus(1299);
        DatagramRecorder wire = net.record();
        a.tun.sendUncut(1299 - HEADERS, tcp(3 * (1299 - HEADERS)));
        b.tun.receive(3);
        assertThat(wire.all(d -> d.bytes().length > 1000))
                .extracting(d -> d.bytes().length)
                .containsExactly(1299 + 32, 1299 + 32, 1299 + 32);
    }

    @Test
    void isDroppedWhenItCannotBeCut() {
        connect();
        byte[] odd = tcp(3000);
        odd[9] = 1; // ICMP has no segments
        a.tun.sendUncut(1000, odd);
        a.awaitDrops(DropReason.NOT_IP, 1);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "after"));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("after");
    }
}
