package dev.adit.protocol.crypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An AEAD that is wrong in one respect.
record LyingAead(Aead real, Lie lie) implements Aead {

    /// What it is wrong about.
    enum Lie {
        SEAL,
        OPEN,
        TAG,
        SEAL_BATCH,
        OPEN_BATCH,
        BATCH_TAG
    }

    @Override
    public void seal(AeadBatch work) {
        real.seal(work);
        if (lie == Lie.SEAL_BATCH) spoil(work.out, work.outOffset[work.count - 1]);
    }

    @Override
    public void open(AeadBatch work) {
        int[] lengths = work.length.clone();
        real.open(work);
        if (lie == Lie.OPEN_BATCH) spoil(work.out, work.outOffset[work.count - 1]);
        for (int i = 0; i < work.count && lie == Lie.BATCH_TAG; i++) {
            work.length[i] = lengths[i] - TAG;
        }
    }

    @Override
    public void seal(
            long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed) {
        real.seal(counter, additional, plain, sealed);
        if (lie == Lie.SEAL) spoil(sealed, sealed.byteSize() - 1);
    }

    @Override
    public boolean open(
            long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain) {
        boolean authentic = real.open(counter, additional, sealed, plain);
        if (lie == Lie.OPEN) spoil(plain, 0);
        return authentic || lie == Lie.TAG;
    }

    @Override
    public void adopt(Aead other) {
        real.adopt(((LyingAead) other).real);
    }

    @Override
    public void close() {
        real.close();
    }

    private static void spoil(MemorySegment segment, long at) {
        byte right = segment.get(ValueLayout.JAVA_BYTE, at);
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) ~right);
    }
}
