package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Many packets as one through a real kernel: a bind on one side, a TUN as its wire.
class OffloadWireTest {
    private static final int PORT = 51820;

    private final String name = Host.newName();
    private final String network = Host.newNetwork();
    private final PacketBatch wire = new PacketBatch(128, 1 << 18);
    private final PacketBatch out = new PacketBatch(256, 1 << 20);
    private Tun tun;
    private Bind bind;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        tun = new LinuxTunFactory().create(name, 1400);
        Host.ip("addr add " + network + ".1/24 dev " + name);
        Host.ip("link set " + name + " up");
        bind = new LinuxBindFactory().open(0, 0);
    }

    @AfterEach
    void close() {
        if (bind != null) bind.close();
        if (tun != null) tun.close();
        wire.close();
        out.close();
    }

    private Endpoint remote() {
        return new Endpoint(IpAddress.parse(network + ".2").get(), PORT);
    }

    private static byte[] payload(int number, int bytes) {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) payload[i] = (byte) (number * 7 + i);
        return payload;
    }

    /// Puts datagrams of these lengths behind each other.
    private void fill(int count, int bytes, int last) {
        out.clear();
        int at = PacketBatch.HEADROOM;
        for (int i = 0; i < count; i++) {
            byte[] payload = payload(i, i == count - 1 ? last : bytes);
            MemorySegment.copy(payload, 0, out.memory(), ValueLayout.JAVA_BYTE, at, payload.length);
            out.add(at, payload.length);
            at += payload.length;
        }
    }

    private void requires(Offload... offloads) {
        for (Offload offload : offloads) {
            boolean there = tun.offloads().contains(offload) || bind.offloads().contains(offload);
            assumeTrue(there, "this kernel has no " + offload.text());
        }
    }

    /// The UDP packets that come out of the TUN, super-packets cut, until there are `count`.
    private List<byte[]> readUdp(int count, List<Integer> segmentSizes) throws Exception {
        Segmenter segmenter = new Segmenter();
        List<byte[]> packets = new ArrayList<>();
        Host.promptly(
                () -> {
                    while (packets.size() < count) {
                        tun.read(wire);
                        for (int i = 0; i < wire.size(); i++) {
                            if (!Packets.isUdpTo(wire, i, PORT)) continue;
                            segmentSizes.add(wire.segmentSize(i));
                            packets.addAll(cut(segmenter, i));
                        }
                    }
                    return null;
                });
        return packets;
    }

    private List<byte[]> cut(Segmenter segmenter, int i) {
        if (wire.segmentSize(i) == 0) return List.of(Packets.bytes(wire, i));
        List<byte[]> packets = new ArrayList<>();
        int count =
                segmenter.begin(wire.memory(), wire.offset(i), wire.length(i), wire.segmentSize(i));
        for (int s = 0; s < count; s++) {
            byte[] packet = new byte[segmenter.length(s)];
            segmenter.write(s, MemorySegment.ofArray(packet), 0);
            packets.add(packet);
        }
        return packets;
    }

    @Test
    void aSendComesOutOfTheTunAsOnePacketThatCutsIntoItsDatagrams() throws Exception {
        requires(Offload.UDP_GSO, Offload.TUN_USO);
        fill(40, 1000, 10);
        bind.send(out, 0, 40, remote());

        List<Integer> segmentSizes = new ArrayList<>();
        List<byte[]> packets = readUdp(40, segmentSizes);

        assertThat(segmentSizes).containsExactly(1000);
        assertThat(packets).hasSize(40);
        for (int i = 0; i < 40; i++) {
            byte[] packet = packets.get(i);
            assertThat(Packets.hasRightChecksums(packet)).as("checksums of %d", i).isTrue();
            byte[] content = Arrays.copyOfRange(packet, 28, packet.length);
            assertThat(content).isEqualTo(payload(i, i == 39 ? 10 : 1000));
        }
    }

    @Test
    void datagramsTooLargeForTheWayAreFragmentedAsEver() throws Exception {
        requires(Offload.UDP_GSO);
        fill(3, 1452, 1452);
        bind.send(out, 0, 3, remote());
        bind.send(out, 0, 3, remote());

        List<byte[]> packets = new ArrayList<>();
        Host.promptly(
                () -> {
                    while (packets.size() < 12) {
                        tun.read(wire);
                        for (int i = 0; i < wire.size(); i++) {
                            byte[] packet = Packets.bytes(wire, i);
                            if (packet[0] == 0x45 && packet[9] == 17) packets.add(packet);
                        }
                    }
                    return null;
                });

        assertThat(packets).allMatch(packet -> packet.length <= 1400);
        assertThat(bind.offloads()).contains(Offload.UDP_GSO);
    }

    @Test
    void packetsThatWereMergedReachASocketAsTheyWere() throws Exception {
        requires(Offload.TUN_UDP_GRO, Offload.UDP_GRO);
        out.clear();
        int to = (int) (IpAddress.parse(network + ".1").get().high() >>> 32);
        int at = PacketBatch.HEADROOM;
        for (int i = 0; i < 40; i++) {
            byte[] packet =
                    Packets.udpWithChecksum(
                            to + 1, to, PORT, bind.port(), payload(i, i == 39 ? 10 : 1000));
            Packets.add(out, at, packet, 0);
            at += packet.length + 32;
        }

        assertThat(tun.write(out, 0, 40)).isEqualTo(40);

        List<byte[]> datagrams = new ArrayList<>();
        List<Integer> segmentSizes = new ArrayList<>();
        Host.promptly(
                () -> {
                    while (datagrams.size() < 40) {
                        bind.receivers().getFirst().receive(wire);
                        for (int i = 0; i < wire.size(); i++) split(i, datagrams, segmentSizes);
                    }
                    return null;
                });
        assertThat(segmentSizes).containsExactly(1000);
        for (int i = 0; i < 40; i++) {
            assertThat(datagrams.get(i)).isEqualTo(payload(i, i == 39 ? 10 : 1000));
        }
        assertThat(tun.offloads()).contains(Offload.TUN_UDP_GRO);
    }

    private void split(int i, List<byte[]> datagrams, List<Integer> segmentSizes) {
        byte[] all = Packets.bytes(wire, i);
        int size = wire.segmentSize(i) == 0 ? all.length : wire.segmentSize(i);
        segmentSizes.add(wire.segmentSize(i));
        for (int from = 0; from < all.length; from += size) {
            datagrams.add(Arrays.copyOfRange(all, from, Math.min(all.length, from + size)));
        }
    }
}
