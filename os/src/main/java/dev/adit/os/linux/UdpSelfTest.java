package dev.adit.os.linux;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Offload;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;

/// Tests the UDP offloads: sends merged datagrams over the loopback and checks what arrives, once
/// in the life of a process. Thread-safe.
///
/// A kernel may have an offload and get it wrong. Where the loopback does not work nothing is
/// learned, and the offloads are used as the kernel offers them.
final class UdpSelfTest {
    private static final class Result {
        static final Set<Offload> BROKEN = run();
    }

    /// The offloads that have failed.
    static Set<Offload> broken() {
        return Result.BROKEN;
    }

    private static Set<Offload> run() {
        Set<Offload> both = EnumSet.of(Offload.UDP_GSO, Offload.UDP_GRO);
        try (LinuxBind from = open();
                LinuxBind to = open();
                PacketBatch sent = new PacketBatch(SIZES.length, ROOM);
                PacketBatch received = new PacketBatch(SIZES.length, SIZES.length * ROOM)) {
            fill(sent);
            Endpoint there = new Endpoint(LOOPBACK, to.port());
            from.send(sent, 0, SIZES.length, there);
            if (arrives(to, sent, received)) return Set.of();
            Offloads.LOG.log(Level.WARNING, "Offloads udp-gso and udp-gro failed their self-test");
            return both;
        } catch (IOException noWay) {
            return Set.of();
        }
    }

    private static LinuxBind open() throws IOException {
        LinuxUdpSocket socket = LinuxUdpSocket.open(false, 0, 0);
        socket.offerOffloads(EnumSet.allOf(Offload.class));
        return new LinuxBind(socket, null, 0);
    }

    private static void fill(PacketBatch batch) {
        int at = PacketBatch.HEADROOM;
        for (int size : SIZES) {
            for (int i = 0; i < size; i++) {
                batch.memory().set(ValueLayout.JAVA_BYTE, at + i, (byte) (at + i));
            }
            batch.add(at, size);
            at += size;
        }
    }

    /// True when the same bytes arrive, in whatever pieces, within the time limit.
    private static boolean arrives(LinuxBind to, PacketBatch sent, PacketBatch received)
            throws IOException {
        int at = PacketBatch.HEADROOM;
        int end = at;
        for (int size : SIZES) end += size;
        while (at < end) {
            if (!to.awaitDatagram(PATIENCE)) return false;
            Bind.Receiver source = to.receivers().getFirst();
            source.receive(received);
            for (int i = 0; i < received.size(); i++) {
                int length = received.length(i);
                if (length <= 0 || !same(sent, at, end, received, i)) return false;
                at += length;
            }
        }
        return true;
    }

    private static boolean same(PacketBatch sent, int at, int end, PacketBatch received, int i) {
        int length = received.length(i), segment = received.segmentSize(i);
        boolean wholeSegments = segment == 0 ? length <= SIZES[0] : segment == SIZES[0];
        return wholeSegments
                && at + length <= end
                && received.memory()
                                .asSlice(received.offset(i), length)
                                .mismatch(sent.memory().asSlice(at, length))
                        < 0;
    }

    private static final IpAddress LOOPBACK = IpAddress.v4(0x7f000001);
    private static final int[] SIZES = {500, 500, 500, 70};
    private static final int ROOM = PacketBatch.HEADROOM + (1 << 16);
    private static final int PATIENCE = 200; // milliseconds

    private UdpSelfTest() {}
}
