package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;

/// An AEAD that leaves runs of packets of one length to a [WideCipher], where that is faster.
/// Everything else is done by the AEAD of another provider under the same key.
///
/// For one thread at a time; nevertheless its methods exclude each other, as those of the other
/// AEAD may: nothing is sealed under a key that is being erased.
final class AcceleratedAead implements Aead {
    private final Aead base;
    private final CipherSwitch cipherSwitch;
    private final Key key = new Key(Arena.ofAuto().allocate(KEY_LENGTH, Long.BYTES));
    private final Cleaner.Cleanable cleanable = CLEANER.register(this, key);
    private boolean closed;

    /// @param base an AEAD under `key`, which belongs to this object from now on
    AcceleratedAead(Aead base, MemorySegment key, CipherSwitch cipherSwitch) {
        this.base = base;
        this.cipherSwitch = cipherSwitch;
        this.key.memory.copyFrom(key);
    }

    /// A key, erased when it is not needed any more.
    private record Key(MemorySegment memory) implements Runnable {
        @Override
        public void run() {
            memory.fill((byte) 0);
        }

        @Override
        public String toString() {
            return "Key";
        }
    }

    @Override
    public synchronized void seal(AeadBatch work) {
        TimedWideCipher wide = closed ? null : cipherSwitch.wide();
        if (wide == null) base.seal(work);
        else divide(wide, work, true);
    }

    @Override
    public synchronized void open(AeadBatch work) {
        TimedWideCipher wide = closed ? null : cipherSwitch.wide();
        if (wide == null) base.open(work);
        else divide(wide, work, false);
    }

    /// Passes runs of equal packets that are long enough to `wide`, and the packets between them to
    /// the other AEAD. That one comes last, even with nothing to do, because it also overwrites
    /// traces of keys on the stack.
    ///
    /// When the cipher fails, some of a run may be done, and in place: encrypted a second time it
    /// would be plain text again, with a valid tag. So the packets are left alone when an exception
    /// leaves this method.
    private void divide(TimedWideCipher wide, AeadBatch work, boolean seals) {
        int first = work.first, count = work.count;
        try {
            int left = divide(wide, work, first, count, seals);
            leave(work, left, count, seals);
        } catch (Throwable failed) {
            leave(work, count, count, seals); // only to overwrite the stack
            throw failed;
        } finally {
            work.first = first;
            work.count = count;
        }
    }

    /// Returns the first of the packets at the end that are not done.
    private int divide(TimedWideCipher wide, AeadBatch work, int first, int count, boolean seals) {
        int left = first;
        for (int i = first; i < count; ) {
            int end = endOfRun(work, i, Math.min(count, i + wide.width()));
            if (wide.pays(end - i, work.length[i])) {
                if (left < i) leave(work, left, i, seals);
                cipherSwitch.watch(wide.run(key.memory, work, i, end, seals));
                left = end;
            }
            i = end;
        }
        return left;
    }

    private static int endOfRun(AeadBatch work, int from, int limit) {
        int length = work.length[from];
        int end = from + 1;
        while (end < limit && work.length[end] == length) end++;
        return end;
    }

    private void leave(AeadBatch work, int from, int to, boolean seals) {
        work.first = from;
        work.count = to;
        if (seals) base.seal(work);
        else base.open(work);
    }

    @Override
    public void seal(
            long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed) {
        base.seal(counter, additional, plain, sealed);
    }

    @Override
    public boolean open(
            long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain) {
        return base.open(counter, additional, sealed, plain);
    }

    @Override
    public synchronized void adopt(Aead other) {
        AcceleratedAead from = (AcceleratedAead) other;
        base.adopt(from.base);
        key.memory.copyFrom(from.key.memory);
    }

    @Override
    public synchronized void close() {
        closed = true;
        cleanable.clean();
        base.close();
    }

    private static final Cleaner CLEANER = Cleaner.create();
    private static final long KEY_LENGTH = 32;
}
