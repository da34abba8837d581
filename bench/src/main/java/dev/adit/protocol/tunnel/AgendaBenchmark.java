package dev.adit.protocol.tunnel;

import dev.adit.protocol.keys.PublicKey;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// What a timer costs, with a deadline for every peer in the next 25 s.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AgendaBenchmark {
    @Param({"10000", "100000"})
    int peers;

    private final SplittableRandom random = new SplittableRandom(1);
    private final IndexTable indices = new IndexTable(random);
    private final TimerWheel wheel = new TimerWheel(() -> {});
    private final StagingBudget staging = new StagingBudget(1 << 20);
    private Peer[] peer;
    private long now;

    @Setup
    public void fill() {
        peer = new Peer[peers];
        byte[] key = new byte[PublicKey.LENGTH];
        for (int i = 0; i < peers; i++) {
            random.nextBytes(key);
            PublicKey name = new PublicKey(MemorySegment.ofArray(key), 0);
            peer[i] = new Peer(name, indices, wheel, staging, random);
            wheel.schedule(peer[i], random.nextLong(SPAN));
        }
    }

    /// A deadline that comes is taken out, and the peer entered with a new one.
    @Benchmark
    public void expire() {
        now = Math.max(now, wheel.next());
        Peer due = wheel.takeDue(now);
        while (due == null) {
            now = wheel.next();
            due = wheel.takeDue(now);
        }
        wheel.schedule(due, now + 1 + random.nextLong(SPAN));
    }

    /// A deadline moves, to earlier or to later.
    @Benchmark
    public void move() {
        Peer any = peer[random.nextInt(peers)];
        wheel.remove(any);
        wheel.schedule(any, now + random.nextLong(SPAN));
    }

    private static final long SPAN = 25_000_000_000L;
}
