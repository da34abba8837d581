package dev.adit.protocol.cookie;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;

import java.util.random.RandomGenerator;

/// Limits handshake messages to 20 a second from one source, five at once (paper §5.3, last
/// paragraph). A source is an IPv4 address or the first 64 bits of an IPv6 address, which is what
/// one subscriber has.
///
/// Not thread-safe: guarded by the lock of the thread that consumes handshake messages.
public final class RateLimiter {

    // A bucket of tokens is one number: the instant at which it will be full again. Each message
    // moves that instant by COST, and may not move it further than BURST * COST away. A full bucket
    // carries no information, so forgetting it changes nothing: full ones are removed once a
    // second.
    //
    // The table is chained, in arrays allocated once, at the first use: 1.5 MB whatever arrives.
    // Links are entry numbers plus one, so that a zeroed array holds none.

    private final long seed;
    private int[] chain = {};
    private int[] next = {};
    private long[] source = {};
    private long[] fullAt = {};
    private int spare;
    private int size;
    private long nextCollection;

    /// @param random seeds the hash, so that an attacker cannot fill one chain
    public RateLimiter(RandomGenerator random) {
        seed = random.nextLong();
    }

    /// True when a message from `from` may be consumed; false when its source sent too many, or
    /// when the table is full of active sources and this is a new one.
    ///
    /// @param now nanoseconds since the device started
    public boolean allow(long now, Endpoint from) {
        if (chain.length == 0) allocate();
        if (now >= nextCollection) collect(now);
        long key = key(from.address());
        int entry = find(key);
        if (entry < 0) {
            entry = insert(key, now);
            if (entry < 0) return false;
        }
        long full = Math.max(fullAt[entry], now) + COST;
        if (full - now > BURST * COST) return false;
        fullAt[entry] = full;
        return true;
    }

    /// The number of sources remembered.
    int size() {
        return size;
    }

    /// The upper half of an IPv6 address, or an IPv4 address in the lower half of the number, where
    /// no IPv6 prefix in use has all of its bits.
    private static long key(IpAddress address) {
        return address.v6() ? address.high() : address.high() >>> 32;
    }

    private int find(long key) {
        for (int link = chain[hash(key)]; link != 0; link = next[link - 1]) {
            if (source[link - 1] == key) return link - 1;
        }
        return -1;
    }

    private int insert(long key, long now) {
        if (spare == 0) return -1;
        int entry = spare - 1;
        int at = hash(key);
        spare = next[entry];
        next[entry] = chain[at];
        chain[at] = entry + 1;
        source[entry] = key;
        fullAt[entry] = now;
        size++;
        return entry;
    }

    /// Removes every source whose bucket is full.
    private void collect(long now) {
        nextCollection = now + COLLECT_EVERY;
        if (size == 0) return;
        for (int at = 0; at < chain.length; at++) {
            int kept = 0;
            for (int link = chain[at], following; link != 0; link = following) {
                int entry = link - 1;
                following = next[entry];
                if (fullAt[entry] > now) {
                    next[entry] = kept;
                    kept = link;
                } else {
                    next[entry] = spare;
                    spare = link;
                    size--;
                }
            }
            chain[at] = kept;
        }
    }

    private void allocate() {
        chain = new int[MAX_SOURCES];
        next = new int[MAX_SOURCES];
        source = new long[MAX_SOURCES];
        fullAt = new long[MAX_SOURCES];
        for (int entry = 0; entry < MAX_SOURCES - 1; entry++) next[entry] = entry + 2;
        spare = 1;
    }

    /// The finaliser of MurmurHash3, started from the seed.
    private int hash(long key) {
        long h = key ^ seed;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (h >>> 33) & MAX_SOURCES - 1;
    }

    private static final long SECOND = 1_000_000_000L; // ns
    private static final long COST = SECOND / 20;
    private static final int BURST = 5;
    private static final long COLLECT_EVERY = SECOND;

    /// The most sources remembered, as in the kernel; a power of two.
    static final int MAX_SOURCES = 1 << 16;
}
