package dev.adit.bench;

import dev.adit.libcrypto.LibCrypto;
import dev.adit.protocol.crypto.JdkCrypto;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/// Sealing and opening of one packet, in batches as the data path has them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AeadBenchmark {
    @Param({"jdk", "libcrypto"})
    String provider;

    @Param({"64", "1420"})
    int bytes;

    private final AeadBatch work = new AeadBatch(PACKETS);
    private MemorySegment plain;
    private MemorySegment sealed;
    private Aead aead;

    @Setup
    public void prepare() {
        CryptoProvider crypto = provider.equals("jdk") ? new JdkCrypto() : new LibCrypto();
        aead = crypto.aead(Arena.ofAuto().allocate(32));
        plain = Arena.ofAuto().allocate((long) PACKETS * SLOT);
        sealed = Arena.ofAuto().allocate((long) PACKETS * SLOT);
        seal();
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public AeadBatch seal() {
        fill(plain, sealed, bytes);
        aead.seal(work);
        return work;
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public AeadBatch open() {
        fill(sealed, plain, bytes + Aead.TAG);
        aead.open(work);
        if (work.length[0] != bytes) throw new IllegalStateException("refused");
        return work;
    }

    private void fill(MemorySegment in, MemorySegment out, int length) {
        work.count = 0;
        work.in = in;
        work.out = out;
        for (int i = 0; i < PACKETS; i++) work.add(i * SLOT, i * SLOT, length, i);
    }

    @TearDown
    public void close() {
        aead.close();
    }

    private static final int PACKETS = 32;
    private static final int SLOT = 1536;
}
