package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.IfReq;
import dev.adit.os.ffi.Libc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

class TunQueueTest {
    private final Offloads offloads = new Offloads();

    /// @param kind of the header: TCP over IPv4, UFO, and none that there is
    @ParameterizedTest
    @CsvSource({"1, 0", "3, 1000", "9, 1000"})
    void superPacketsThatMakeNoSenseEndTheirOffload(int kind, int segmentSize) throws Throwable {
        readsBehind(kind, segmentSize, 1);
        assertThat(offloads.snapshot()).containsExactly(Offload.TUN_GRO);
    }

    /// @param kind TCP over IPv4 and IPv6, each also with `VIRTIO_NET_HDR_GSO_ECN`, and UDP
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 0x81, 0x84, 5})
    void superPacketsOfEachKindAreTaken(int kind) throws Throwable {
        readsBehind(kind, 1000, 2);
        assertThat(offloads.snapshot())
                .containsExactlyInAnyOrder(Offload.TUN_TSO, Offload.TUN_USO, Offload.TUN_GRO);
    }

    /// Reads what comes of a super-packet and a plain one behind it.
    private void readsBehind(int kind, int segmentSize, int packets) throws Throwable {
        offloads.adopt(Offload.TUN_TSO);
        offloads.adopt(Offload.TUN_USO);
        offloads.adopt(Offload.TUN_GRO);
        try (ShortOnly kernel = new ShortOnly();
                PacketBatch batch = new PacketBatch(8, 1 << 18)) {
            nonBlocking(kernel.otherEnd());
            TunQueue queue =
                    new TunQueue(
                            new TunDescriptor(kernel.otherEnd(), VirtioNetHeader.BYTES),
                            offloads,
                            new UseCount(),
                            new Wakeup());
            handOver(kernel, kind, segmentSize, 2000);
            handOver(kernel, VirtioNetHeader.NONE, 0, 100);
            Host.promptly(
                    () -> {
                        queue.read(batch);
                        return null;
                    });
            assertThat(batch.size()).isEqualTo(packets);
            assertThat(batch.length(packets - 1)).isEqualTo(100);
            if (packets > 1) assertThat(batch.segmentSize(0)).isEqualTo(segmentSize);
        }
    }

    private static void nonBlocking(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            long one = arena.allocateFrom(ValueLayout.JAVA_INT, 1).address();
            assertThat(Libc.current().ioctl(fd, IfReq.FIONBIO, one)).isZero();
        }
    }

    private static void handOver(ShortOnly kernel, int kind, int segmentSize, int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(VirtioNetHeader.BYTES + length);
            VirtioNetHeader.set(memory, 0, kind, 40, segmentSize, 20, 16);
            if (kind == VirtioNetHeader.NONE) VirtioNetHeader.clear(memory, 0);
            memory.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES, (byte) 0x45);
            long written = Libc.current().write(kernel.fd(), memory.address(), memory.byteSize());
            assertThat(written).isEqualTo(memory.byteSize());
        }
    }
}
