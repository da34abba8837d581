package dev.adit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/// Once it is compiled, a worker allocates nothing: no vector that holds a secret is on the heap
/// then, and none is slow.
class VectorAllocationTest {
    private final VectorWorker worker = AeadCases.worker();
    private final MemorySegment key = Arena.ofAuto().allocate(32);
    private final AeadBatch work = new AeadBatch(PACKETS);

    @Test
    void allocatesNothingOnceItIsCompiled() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work.in = work.out = Arena.ofAuto().allocate(PACKETS * SLOT);
        long deadline = System.nanoTime() + PATIENCE;
        long packets, bytes;
        do {
            long before = threads.getCurrentThreadAllocatedBytes();
            packets = 0;
            for (int i = 0; i < CALLS; i++) packets += sealAndOpen(i);
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        } while (bytes >= packets && System.nanoTime() < deadline);
        assertThat(bytes).as("bytes for %d packets", packets).isLessThan(packets);
    }

    /// Packets of many lengths, in whole and in partial groups, of which one is forged.
    private int sealAndOpen(int round) {
        int length = LENGTHS[round % LENGTHS.length];
        int count = 1 + round % PACKETS;
        work.count = 0;
        for (int i = 0; i < count; i++) work.add(i * SLOT, i * SLOT, length, i);
        worker.seal(key, work, 0, count);
        for (int i = 0; i < count; i++) work.length[i] = length + Aead.TAG;
        work.counter[count - 1] ^= 1;
        worker.open(key, work, 0, count);
        for (int i = 0; i < count; i++) {
            int expected = i == count - 1 ? AeadBatch.REFUSED : length;
            if (work.length[i] != expected) throw new AssertionError("round " + round);
        }
        return 2 * count;
    }

    private static final int PACKETS = 16;
    private static final int SLOT = 2048;
    private static final int CALLS = 2_000;
    private static final int[] LENGTHS = {1420, 0, 32, 1420, 100, 576, 1280, 1984, 1419};

    /// For the compiler, which has other work in a build.
    private static final long PATIENCE = 60_000_000_000L;
}
