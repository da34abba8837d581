package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Offload;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// What becomes of packets when a kernel refuses at run time what it was said to take.
class TunWriterTest {
    private static final int COUNT = 40;

    private final PacketBatch batch = new PacketBatch(COUNT, 1 << 18);
    private final Offloads offloads = new Offloads();
    private ShortOnly kernel;

    @BeforeEach
    void open() throws Throwable {
        kernel = new ShortOnly();
        offloads.adopt(Offload.TUN_GRO);
        offloads.adopt(Offload.TUN_UDP_GRO);
    }

    @AfterEach
    void close() {
        kernel.close();
        batch.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsLostWhenASuperPacketIsRefused(boolean tcp) throws Exception {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) packets.add(packet(tcp, i));

        assertThat(write(packets)).containsExactlyElementsOf(packets);
        assertThat(offloads.snapshot())
                .isEqualTo(Set.of(tcp ? Offload.TUN_UDP_GRO : Offload.TUN_GRO));
        assertThat(write(packets)).containsExactlyElementsOf(packets);
    }

    /// The packets as they come out, which are as many as the writer says were taken.
    private List<byte[]> write(List<byte[]> packets) throws Exception {
        batch.clear();
        int at = PacketBatch.HEADROOM;
        for (byte[] packet : packets) {
            Packets.add(batch, at, packet, 0);
            at += packet.length + PacketBatch.HEADROOM;
        }
        CompletableFuture<List<byte[]>> read =
                Host.async(
                        () -> {
                            List<byte[]> got = new ArrayList<>();
                            while (got.size() < COUNT) got.add(kernel.read());
                            return got;
                        });
        int[] queue = {kernel.fd()};
        int taken =
                TunWriter.current().write(queue, VirtioNetHeader.BYTES, offloads, batch, 0, COUNT);
        assertThat(taken).isEqualTo(COUNT);
        return Host.promptly(read::get);
    }

    private static byte[] packet(boolean tcp, int i) {
        byte[] payload = new byte[i == COUNT - 1 ? 10 : 1000];
        for (int b = 0; b < payload.length; b++) payload[b] = (byte) (7 * i + b);
        return tcp
                ? Packets.tcp(0x0a000001, 0x0a000002, 1000 * i, payload)
                : Packets.udpWithChecksum(0x0a000001, 0x0a000002, 5000, 443, payload);
    }
}
