package dev.adit.bench;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.tunnel.AllowedIps;

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

/// Measures the lookup of a packet's peer, when each peer has one /32 prefix.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AllowedIpsBenchmark {
    @Param({"10", "10000"})
    int prefixes;

    private AllowedIps<Integer> table = AllowedIps.empty();
    private final long[] address = new long[LOOKUPS];
    private int next;

    @Setup
    public void fill() {
        long[] all = new long[prefixes];
        for (int i = 0; i < prefixes; i++) {
            IpAddress one = IpAddress.parse("10.0." + (i >> 8) + "." + (i & 255)).orElseThrow();
            table = table.with(new IpPrefix(one, 32), i);
            all[i] = one.high();
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < LOOKUPS; i++) address[i] = all[random.nextInt(prefixes)];
    }

    @Benchmark
    public Integer lookup() {
        return table.lookup(false, address[next++ & LOOKUPS - 1], 0);
    }

    private static final int LOOKUPS = 1 << 14;
}
