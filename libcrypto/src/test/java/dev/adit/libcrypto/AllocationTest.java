package dev.adit.libcrypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/// The data path allocates nothing, however many batches pass.
class AllocationTest {
    private final AeadBatch seal = new AeadBatch(PACKETS);
    private final AeadBatch open = new AeadBatch(PACKETS);

    @Test
    void batchesAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemorySegment memory = Arena.ofAuto().allocate(PACKETS * SLOT);
        seal.in = seal.out = open.in = open.out = memory;
        try (Aead aead = TestLibCrypto.present().aead(MemorySegment.ofArray(new byte[32]))) {
            for (int i = 0; i < 10_000; i++) sealAndOpen(aead, i);
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) sealAndOpen(aead, i);
            // Not even a byte for each: what the compiler does meanwhile may cost one object.
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000);
        }
    }

    /// One of the packets is forged on the way.
    private void sealAndOpen(Aead aead, int round) {
        seal.count = open.count = 0;
        for (int i = 0; i < PACKETS; i++) {
            seal.add(i * SLOT, i * SLOT, LENGTH, round * PACKETS + i);
            open.add(i * SLOT, i * SLOT, LENGTH + Aead.TAG, round * PACKETS + i);
        }
        open.counter[1] ^= 1;
        aead.seal(seal);
        aead.open(open);
        if (open.length[0] != LENGTH || open.length[1] != AeadBatch.REFUSED) {
            throw new AssertionError("round " + round);
        }
    }

    private static final int PACKETS = 4;
    private static final int LENGTH = 100;
    private static final int SLOT = 128;
}
