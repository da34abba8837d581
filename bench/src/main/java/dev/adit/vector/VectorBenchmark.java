package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/// Measures the vector cipher: a group of packets, full or not, in one call. The time for one
/// packet is the result divided by their number.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VectorBenchmark {
    @Param({"64", "1420"})
    int bytes;

    @Param({"4", "8", "16"})
    int packets;

    private final WideCipher.Worker worker = new Avx512Cipher().worker();
    private final AeadBatch work = new AeadBatch(16);
    private MemorySegment key;
    private MemorySegment plain;
    private MemorySegment sealed;

    @Setup
    public void prepare() {
        key = Arena.ofAuto().allocate(32);
        plain = Arena.ofAuto().allocate((long) packets * SLOT);
        sealed = Arena.ofAuto().allocate((long) packets * SLOT);
        seal();
    }

    @Benchmark
    public AeadBatch seal() {
        fill(plain, sealed, bytes);
        worker.seal(key, work, 0, packets);
        return work;
    }

    @Benchmark
    public AeadBatch open() {
        fill(sealed, plain, bytes + Aead.TAG);
        worker.open(key, work, 0, packets);
        if (work.length[0] != bytes) throw new IllegalStateException("refused");
        return work;
    }

    private void fill(MemorySegment in, MemorySegment out, int length) {
        work.count = 0;
        work.in = in;
        work.out = out;
        for (int i = 0; i < packets; i++) work.add(i * SLOT, i * SLOT, length, i);
    }

    private static final int SLOT = 1536;
}
