package dev.adit.device.uapi;

import java.util.concurrent.atomic.AtomicLong;

/// Limits the memory that the requests and answers of all clients of a server take together,
/// estimated from their lines. Thread-safe.
final class RequestMemory {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /// A budget of [#MAX], or of half the heap if that is less.
    RequestMemory() {
        this(Math.min(MAX, Runtime.getRuntime().maxMemory() / 2));
    }

    /// @param limit bytes of memory
    RequestMemory(long limit) {
        this.limit = limit;
    }

    /// The share of one client, which holds nothing yet.
    Share share() {
        return new Share();
    }

    /// Bytes of memory that are taken.
    long held() {
        return held.get();
    }

    private boolean take(long bytes) {
        if (held.addAndGet(bytes) <= limit) return true;
        held.addAndGet(-bytes);
        return false;
    }

    /// What one client has of the budget. Confined to one thread.
    ///
    /// The first [#FREE] bytes are counted for no one, so that small requests are served however
    /// much the others hold.
    final class Share {
        private long taken;
        private long free = FREE;

        /// Takes memory for one more line of a request; false when there is not so much left.
        boolean takeLine(int length) {
            return take(length + LINE);
        }

        /// Takes memory for a status with so many peers and allowed IPs in all; false when there is
        /// not so much left.
        boolean takeStatus(long peers, long allowedIps) {
            return take(peers * PEER + allowedIps * LINE);
        }

        private boolean take(long bytes) {
            long counted = Math.max(0, bytes - free);
            if (!RequestMemory.this.take(counted)) return false;
            free -= bytes - counted;
            taken += counted;
            return true;
        }

        /// Gives everything back.
        void release() {
            held.addAndGet(-taken);
            taken = 0;
            free = FREE;
        }
    }

    private static final long MAX = 256 << 20;
    private static final int FREE = 64 << 10;

    /// Bytes of memory that a line takes beside its text: more than an allowed IP.
    private static final int LINE = 112;

    /// Bytes of memory that a peer takes in a status, without its allowed IPs.
    private static final int PEER = 512;
}
