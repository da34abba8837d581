package dev.adit.protocol.collection;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Measures the cost of a timer, with a deadline for every peer in the next 25 s.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimerWheelBenchmark {
    @Param({"10000", "100000"})
    int peers;

    private final SplittableRandom random = new SplittableRandom(1);
    private final TimerWheel<Item> wheel = new TimerWheel<>(() -> {});
    private Item[] items;
    private long now;

    @Setup
    public void fill() {
        items = new Item[peers];
        for (int i = 0; i < peers; i++) {
            items[i] = new Item(wheel);
            items[i].timer.accept(random.nextLong(SPAN));
        }
    }

    /// A deadline that comes is taken out, and the peer entered with a new one.
    @Benchmark
    public void expire() {
        now = Math.max(now, wheel.next());
        Item due = wheel.takeDue(now);
        while (due == null) {
            now = wheel.next();
            due = wheel.takeDue(now);
        }
        due.timer.accept(now + 1 + random.nextLong(SPAN));
    }

    /// A deadline moves, to earlier or to later.
    @Benchmark
    public void move() {
        Item any = items[random.nextInt(peers)];
        any.timer.cancel();
        any.timer.accept(now + random.nextLong(SPAN));
    }

    private static final long SPAN = 25_000_000_000L;

    private static final class Item {
        final TimerWheel.Timer<Item> timer;

        Item(TimerWheel<Item> wheel) {
            timer = wheel.timer(this);
        }
    }
}
