package dev.adit.vector;

import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/// A [WideCipher] that leaves each packet to a provider, counts its calls, and can be as slow as
/// wanted, or fail once it has done its work.
final class OneByOne implements WideCipher {
    private final CryptoProvider provider;
    volatile int calls;
    volatile long nanos;
    volatile Error failure; // or null

    OneByOne(CryptoProvider provider) {
        this.provider = provider;
    }

    @Override
    public int width() {
        return 8;
    }

    @Override
    public Worker worker() {
        return new Worker() {
            @Override
            public void seal(MemorySegment key, AeadBatch work, int from, int to) {
                each(key, work, from, to, true);
            }

            @Override
            public void open(MemorySegment key, AeadBatch work, int from, int to) {
                each(key, work, from, to, false);
            }
        };
    }

    private void each(MemorySegment key, AeadBatch work, int from, int to, boolean seals) {
        calls++;
        int first = work.first, count = work.count;
        work.first = from;
        work.count = to;
        try (var aead = provider.aead(key)) {
            if (seals) aead.seal(work);
            else aead.open(work);
        }
        work.first = first;
        work.count = count;
        if (failure != null) throw failure;
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) LockSupport.parkNanos(nanos);
    }
}
