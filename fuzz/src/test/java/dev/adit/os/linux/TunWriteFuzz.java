package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.header.Traffic;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Libc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/// What is written to a TUN, here a file: a kernel that does what the headers say gets each packet
/// once.
public final class TunWriteFuzz implements Target {
    private final PacketBatch batch =
            new PacketBatch(
                    Traffic.MAX_PACKETS, Traffic.MAX_PACKETS * (Traffic.MAX_LENGTH + 2 * GAP));
    private final Segmenter segmenter = new Segmenter();
    private final int[] queues;
    private final FileChannel written;

    public TunWriteFuzz() {
        try (Arena arena = Arena.ofConfined()) {
            Path file = Files.createTempFile("adit-fuzz", ".tun");
            long path = arena.allocateFrom(file.toString()).address();
            int fd = Libc.current().open(path, Libc.O_RDWR | APPEND);
            queues = new int[] {fd, fd};
            written = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void take(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        Offloads offloads = new Offloads();
        if (!input.flag()) offloads.adopt(Offload.TUN_GRO);
        if (!input.flag()) offloads.adopt(Offload.TUN_UDP_GRO);
        List<byte[]> packets = Traffic.read(input).stream().filter(Traffic::isWhole).toList();
        byte[] file = write(packets, offloads);

        boolean[] seen = new boolean[packets.size()];
        int at = 0;
        while (at < file.length) at = read(file, at, packets, seen);
        for (boolean each : seen) assertThat(each).isTrue();
    }

    private byte[] write(List<byte[]> packets, Offloads offloads) throws IOException {
        written.truncate(0);
        batch.clear();
        int at = GAP;
        for (byte[] packet : packets) {
            MemorySegment.copy(packet, 0, batch.memory(), ValueLayout.JAVA_BYTE, at, packet.length);
            batch.add(at, packet.length);
            at += packet.length + GAP;
        }
        int taken = writeAll(offloads, packets.size());
        assertThat(taken).isEqualTo(packets.size());
        ByteBuffer file = ByteBuffer.allocate((int) written.size());
        while (file.hasRemaining()) written.read(file, file.position());
        return file.array();
    }

    private int writeAll(Offloads offloads, int count) throws ErrnoException {
        return TunWriter.current().write(queues, VirtioNetHeader.BYTES, offloads, batch, 0, count);
    }

    /// Takes the packets that were written at `at` for seen; returns where the next ones are.
    private int read(byte[] file, int at, List<byte[]> packets, boolean[] seen) {
        ByteBuffer header =
                ByteBuffer.wrap(file, at, VirtioNetHeader.BYTES)
                        .slice()
                        .order(ByteOrder.nativeOrder());
        int from = at + VirtioNetHeader.BYTES, length = length(file, from);
        byte[] packet = Arrays.copyOfRange(file, from, from + length);
        int kind = header.get(1);
        if (kind == VirtioNetHeader.NONE) {
            assertThat(header.getLong(0)).isZero();
            see(packet, true, packets, seen);
            return from + length;
        }
        int transport = packet[0] >> 4 == 6 ? 40 : 20;
        boolean tcp = kind != VirtioNetHeader.UDP_L4;
        assertThat(header.get(0)).isEqualTo((byte) 1);
        assertThat(header.getShort(2))
                .isEqualTo(
                        (short) (transport + (tcp ? (packet[transport + 12] >> 4 & 15) * 4 : 8)));
        assertThat(header.getShort(6)).isEqualTo((short) transport);
        assertThat(header.getShort(8)).isEqualTo((short) (tcp ? 16 : 6));
        if (tcp)
            assertThat(kind)
                    .isEqualTo(transport == 40 ? VirtioNetHeader.TCPV6 : VirtioNetHeader.TCPV4);
        int size = header.getShort(4) & 0xffff;
        int count = segmenter.begin(MemorySegment.ofArray(packet), 0, length, size);
        assertThat(count).isGreaterThan(1);
        for (int i = 0; i < count; i++) {
            byte[] segment = new byte[segmenter.length(i)];
            segmenter.write(i, MemorySegment.ofArray(segment), 0);
            see(segment, false, packets, seen);
        }
        return from + length;
    }

    private static int length(byte[] file, int at) {
        boolean v6 = file[at] >> 4 == 6;
        int stated = ByteBuffer.wrap(file).getShort(at + (v6 ? 4 : 2)) & 0xffff;
        return v6 ? 40 + stated : stated;
    }

    private static void see(byte[] packet, boolean exact, List<byte[]> packets, boolean[] seen) {
        byte[] wanted = exact ? packet : Traffic.essence(packet);
        for (int i = 0; i < seen.length; i++) {
            byte[] other = packets.get(i);
            if (seen[i] || other.length != packet.length) continue;
            if (!Arrays.equals(exact ? other : Traffic.essence(other), wanted)) continue;
            seen[i] = true;
            return;
        }
        throw new AssertionError("a packet that nobody wrote: " + Arrays.toString(packet));
    }

    private static final int GAP = PacketBatch.HEADROOM;
    private static final int APPEND = 0x400;
}
