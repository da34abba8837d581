package dev.adit.protocol.cookie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The limiter against a twin that keeps a bucket of tokens for every source, for ever.
class RateLimiterPropertyTest {

    @Test
    void allowsWhatABucketOfTokensAllows() {
        Property.check(
                100,
                random -> {
                    RateLimiter limiter = new RateLimiter(random);
                    Buckets buckets = new Buckets();
                    long now = random.nextLong(1L << 40);
                    int sources = random.nextInt(1, 60);
                    long pause = 1L << random.nextInt(10, 31);
                    for (int i = 0; i < 2_000; i++) {
                        now += random.nextLong(pause);
                        Endpoint from = endpoint(random, random.nextInt(sources));
                        assertThat(limiter.allow(now, from)).isEqualTo(buckets.allow(now, from));
                    }
                });
    }

    /// What does not matter, the port and the lower half of an IPv6 address, differs every time.
    private static Endpoint endpoint(RandomGenerator random, int source) {
        IpAddress address =
                source % 2 == 0
                        ? IpAddress.v4(0x0a000000 + source)
                        : IpAddress.v6(0x20010db800000000L + source, random.nextLong());
        return new Endpoint(address, random.nextInt(1, 65536));
    }

    private static final class Buckets {
        private final Map<String, long[]> tokensAndTime = new HashMap<>();

        boolean allow(long now, Endpoint from) {
            IpAddress address = from.address();
            String source = address.v6() ? "v6/" + address.high() : address.toString();
            long[] bucket =
                    tokensAndTime.computeIfAbsent(source, fresh -> new long[] {5 * TOKEN, now});
            bucket[0] = Math.min(5 * TOKEN, bucket[0] + now - bucket[1]);
            bucket[1] = now;
            if (bucket[0] < TOKEN) return false;
            bucket[0] -= TOKEN;
            return true;
        }

        private static final long TOKEN = 50_000_000; // ns to earn one
    }
}
