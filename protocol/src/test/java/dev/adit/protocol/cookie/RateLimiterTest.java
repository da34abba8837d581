package dev.adit.protocol.cookie;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;

/// Paper §5.3: 20 messages a second from one source, five at once.
class RateLimiterTest {
    private final RateLimiter limiter = new RateLimiter(new SplittableRandom(1));

    @Test
    void allowsFiveAtOnce() {
        for (int i = 0; i < 5; i++) assertThat(limiter.allow(0, A)).isTrue();
        assertThat(limiter.allow(0, A)).isFalse();
        assertThat(limiter.allow(0, A)).isFalse();
    }

    @Test
    void refillsOneTokenEvery50Milliseconds() {
        long[] milliseconds = {0, 0, 0, 0, 0, 0, 49, 50, 51, 99, 100, 1_000, 1_001, 1_002, 1_003};
        boolean[] allowed = {
            true, true, true, true, true, false, false, true, false, false, true, true, true, true,
            true
        };
        for (int i = 0; i < milliseconds.length; i++) {
            assertThat(limiter.allow(milliseconds[i] * MILLISECOND, A))
                    .as("message " + i)
                    .isEqualTo(allowed[i]);
        }
    }

    @Test
    void neverSavesMoreThanFiveTokens() {
        assertThat(limiter.allow(0, A)).isTrue();
        long later = 3_600_000 * MILLISECOND;
        for (int i = 0; i < 5; i++) assertThat(limiter.allow(later, A)).isTrue();
        assertThat(limiter.allow(later, A)).isFalse();
    }

    @Test
    void allowsTwentyASecondInTheLongRun() {
        int allowed = 0;
        for (int i = 0; i < 10_000; i++) {
            if (limiter.allow(i * MILLISECOND, A)) allowed++;
        }
        assertThat(allowed).isBetween(200, 205);
    }

    @Test
    void countsEveryIpv4AddressAlone() {
        drain(A);
        assertThat(limiter.allow(0, new Endpoint(IpAddress.v4(0x0a000002), 51820))).isTrue();
        assertThat(limiter.allow(0, new Endpoint(IpAddress.v4(0x0a000001), 1))).isFalse();
    }

    @Test
    void countsIpv6ByThe64thBit() {
        long prefix = 0x20010db800010002L;
        drain(new Endpoint(IpAddress.v6(prefix, 1), 51820));
        assertThat(limiter.allow(0, new Endpoint(IpAddress.v6(prefix, -2), 1))).isFalse();
        assertThat(limiter.allow(0, new Endpoint(IpAddress.v6(prefix + 1, 1), 51820))).isTrue();
    }

    @Test
    void doesNotTakeAnIpv6PrefixForAnIpv4Address() {
        drain(new Endpoint(IpAddress.v4(0x20010db8), 51820));
        Endpoint sameBits = new Endpoint(IpAddress.v6(0x20010db800000000L, 0), 51820);
        assertThat(limiter.allow(0, sameBits)).isTrue();
    }

    @Test
    void forgetsIdleSourcesAfterASecond() {
        for (int i = 0; i < 1_000; i++) limiter.allow(i, source(i));
        assertThat(limiter.size()).isEqualTo(1_000);
        limiter.allow(1_100 * MILLISECOND, A);
        assertThat(limiter.size()).isEqualTo(1);
    }

    @Test
    void remembersNoMoreSourcesThanTheTableHolds() {
        for (int i = 0; i < 65_536; i++) assertThat(limiter.allow(i, source(i))).isTrue();
        for (int i = 65_536; i < 200_000; i++) assertThat(limiter.allow(i, source(i))).isFalse();
        assertThat(limiter.size()).isEqualTo(65_536);
        assertThat(limiter.allow(200_000, source(17))).as("a source it knows").isTrue();
        assertThat(limiter.allow(1_100 * MILLISECOND, source(200_000))).as("later").isTrue();
        assertThat(limiter.size()).isEqualTo(1);
    }

    @Test
    void allocatesNothingAfterTheFirstMessage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Endpoint[] sources = new Endpoint[1_000];
        for (int i = 0; i < sources.length; i++) sources[i] = source(i);
        limiter.allow(0, A);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) limiter.allow(i * MILLISECOND, sources[i % 1_000]);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isZero();
    }

    private void drain(Endpoint from) {
        for (int i = 0; i < 5; i++) assertThat(limiter.allow(0, from)).isTrue();
        assertThat(limiter.allow(0, from)).isFalse();
    }

    private static Endpoint source(int i) {
        return new Endpoint(IpAddress.v4(0x0b000000 + i), 51820);
    }

    private static final long MILLISECOND = 1_000_000;
    private static final Endpoint A = new Endpoint(IpAddress.v4(0x0a000001), 51820);
}
