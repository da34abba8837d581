package dev.adit.protocol.session;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.concurrent.TimeUnit;

/// The look into the replay window that every received packet pays. Here and not with the other
/// benchmarks because nobody else sees the window.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplayWindowBenchmark {
    private final ReplayWindow window = new ReplayWindow();
    private long next;

    @Benchmark
    public boolean inOrder() {
        return window.accept(next++);
    }

    /// Every 1,024 packets arrive last one first.
    @Benchmark
    public boolean reordered() {
        return window.accept(next++ ^ 1023);
    }
}
