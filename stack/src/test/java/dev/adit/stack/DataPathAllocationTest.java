package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.stack.sim.Hose;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;

/// Carrying bytes allocates nothing for a packet once the code is compiled, and a stack carries
/// them fast.
class DataPathAllocationTest {
    /// How often the compiler may be given the time to finish its work.
    private static final int ROUNDS = 40;

    private static final long BYTES = 50_000_000;

    @Test
    void nothingIsAllocatedForAPacket() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Hose hose = new Hose(1420)) {
            long allocated = Long.MAX_VALUE, packets = 0;
            for (int round = 0; round < ROUNDS && allocated >= packets / 10; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                long packetsBefore = hose.packets();
                hose.carry(BYTES);
                packets = hose.packets() - packetsBefore;
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(packets).isGreaterThan(BYTES / 1420);
            // Far less than a byte for each: what is left is not for packets.
            assertThat(allocated).as("bytes for %d packets", packets).isLessThan(packets / 10);
        }
    }

    /// 10 Gbit from one stack to another, checked, in seconds; the bound leaves room for a machine
    /// that does a dozen other things.
    @Test
    void carriesTenGigabitInSeconds() throws Exception {
        try (Hose hose = new Hose(1420)) {
            hose.carry(BYTES);
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            hose.carry(1_250_000_000L);
            long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
            assertThat(took).as("nanoseconds of this thread").isLessThan(20_000_000_000L);
        }
    }
}
