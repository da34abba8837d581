package dev.adit.libcrypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Objects;

/// ChaCha20-Poly1305 by libcrypto.
///
/// For one thread at a time, like every [Aead]. Nevertheless its methods exclude each other: if it
/// were closed while another thread seals, the library would work on freed memory. The lock is
/// taken once per batch. An object dropped without [#close] is freed when the garbage collector
/// finds it.
final class LibCryptoAead implements Aead {

    // One cipher context, keyed once. Only the nonce changes with each packet, and there are two
    // ways to set it: EVP_CipherInit_ex2, which the manual shows and which costs 200 to 250 ns in
    // OpenSSL 3.0, or the parameter "tlsivfixed", which sets the whole nonce of this cipher at a
    // tenth of that; after a finished message nothing else needs to be reset. Likewise the tag is
    // read and written as a parameter, from arrays laid out once, not with EVP_CIPHER_CTX_ctrl.
    // LibCrypto compares both ways before it uses the second.

    private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH, 8);
    private final boolean nonceByParameter;
    private final Context context;
    private final Cleaner.Cleanable cleanable;
    private int direction = NONE;

    /// @param cipher the library's ChaCha20-Poly1305
    /// @param fixedPart the first four bytes of every nonce, in memory order
    LibCryptoAead(long cipher, MemorySegment key, int fixedPart, boolean nonceByParameter) {
        this.nonceByParameter = nonceByParameter;
        long base = scratch.address();
        scratch.set(BE32, NONCE, fixedPart);
        OsslParams.octets(scratch, OPEN_PARAMS, NONCE_PARAM, base + NONCE, NONCE_LENGTH);
        OsslParams.octets(scratch, TAG_PARAMS, TAG_PARAM, 0, TAG);
        OsslParams.end(scratch, TAG_PARAMS + OsslParams.SIZE);
        OsslParams.octets(scratch, SEAL_PARAMS, NONCE_PARAM, base + NONCE, NONCE_LENGTH);
        OsslParams.end(scratch, SEAL_PARAMS + OsslParams.SIZE);
        MemorySegment.copy(key, 0, scratch, KEY, KEY_LENGTH);
        context = new Context(cipher, scratch);
        cleanable = CLEANER.register(this, context);
    }

    @Override
    public synchronized void seal(AeadBatch work) {
        MemorySegment in = work.in;
        MemorySegment out = work.out;
        try {
            long inAddress = nativeAddress(in);
            long outAddress = nativeAddress(out);
            aim(SEAL);
            for (int i = work.first; i < work.count; i++) {
                int length = work.length[i];
                long from = Objects.checkFromIndexSize(work.inOffset[i], length, in.byteSize());
                long to =
                        Objects.checkFromIndexSize(
                                work.outOffset[i], (long) length + TAG, out.byteSize());
                start(work.counter[i], SEAL_PARAMS);
                finishSeal(inAddress + from, length, outAddress + to);
            }
        } finally {
            finish(in, out);
        }
    }

    @Override
    public synchronized void open(AeadBatch work) {
        MemorySegment in = work.in;
        MemorySegment out = work.out;
        try {
            long inAddress = nativeAddress(in);
            long outAddress = nativeAddress(out);
            aim(OPEN);
            for (int i = work.first; i < work.count; i++) {
                int length = work.length[i] - TAG;
                work.length[i] = AeadBatch.REFUSED;
                if (length < 0) continue;
                long from =
                        Objects.checkFromIndexSize(
                                work.inOffset[i], (long) length + TAG, in.byteSize());
                long to = Objects.checkFromIndexSize(work.outOffset[i], length, out.byteSize());
                startOpen(work.counter[i], inAddress + from + length);
                if (finishOpen(inAddress + from, length, outAddress + to)) work.length[i] = length;
            }
        } finally {
            finish(in, out);
        }
    }

    @Override
    public void seal(
            long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed) {
        try (Arena arena = Arena.ofConfined()) {
            seal(counter, additional, plain, sealed, room(arena, additional, plain, TAG));
        }
    }

    /// Seals as above, in `memory` outside the heap, which has room for everything and is zeroed.
    synchronized void seal(
            long counter,
            MemorySegment additional,
            MemorySegment plain,
            MemorySegment sealed,
            MemorySegment memory) {
        try {
            long text = additional.byteSize(), length = plain.byteSize();
            aim(SEAL);
            copy(additional, plain, memory);
            long at = memory.address() + text;
            start(counter, SEAL_PARAMS);
            authenticate(memory.address(), (int) text);
            finishSeal(at, Math.toIntExact(length), at);
            MemorySegment.copy(memory, text, sealed, 0, length + TAG);
        } finally {
            memory.fill((byte) 0);
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public boolean open(
            long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain) {
        try (Arena arena = Arena.ofConfined()) {
            return open(counter, additional, sealed, plain, room(arena, additional, sealed, 0));
        }
    }

    /// Opens as above, in `memory` outside the heap, which has room for everything and is zeroed.
    synchronized boolean open(
            long counter,
            MemorySegment additional,
            MemorySegment sealed,
            MemorySegment plain,
            MemorySegment memory) {
        boolean authentic = false;
        try {
            long text = additional.byteSize();
            int length = Math.toIntExact(sealed.byteSize()) - TAG;
            aim(OPEN);
            if (length < 0) return false;
            copy(additional, sealed, memory);
            long at = memory.address() + text;
            startOpen(counter, at + length);
            authenticate(memory.address(), (int) text);
            authentic = finishOpen(at, length, at);
            if (authentic) MemorySegment.copy(memory, text, plain, 0, length);
            return authentic;
        } finally {
            memory.fill((byte) 0);
            if (!authentic) plain.fill((byte) 0);
            Reference.reachabilityFence(this);
        }
    }

    /// Switches the key, as [Aead#adopt] does. Costs the library a few hundred nanoseconds and no
    /// memory.
    @Override
    public synchronized void adopt(Aead other) {
        LibCryptoAead from = (LibCryptoAead) other;
        synchronized (from) {
            if (direction == CLOSED || from.direction == CLOSED) {
                throw new IllegalStateException("AEAD is closed");
            }
            MemorySegment.copy(from.scratch, KEY, scratch, KEY, KEY_LENGTH);
        }
        rekey();
    }

    /// Switches to `key`; the previous key is erased.
    synchronized void adopt(MemorySegment key) {
        if (direction == CLOSED) throw new IllegalStateException("AEAD is closed");
        MemorySegment.copy(key, 0, scratch, KEY, KEY_LENGTH);
        rekey();
    }

    private void rekey() {
        long base = scratch.address();
        direction = SEAL;
        require(
                LibCryptoFunctions.EVP_CipherInit_ex2(
                        context.address, 0, base + KEY, base + NONCE, SEAL, 0),
                "EVP_CipherInit_ex2");
        // Keying a context leaves the key on the stack, and its first batch may be another
        // thread's.
        StackEraser.erase(StackEraser.KEYS);
        Reference.reachabilityFence(this);
    }

    @Override
    public synchronized void close() {
        direction = CLOSED;
        cleanable.clean();
    }

    private static MemorySegment room(
            Arena arena, MemorySegment additional, MemorySegment text, int spare) {
        return arena.allocate(additional.byteSize() + text.byteSize() + spare);
    }

    private static void copy(MemorySegment additional, MemorySegment text, MemorySegment to) {
        MemorySegment.copy(additional, 0, to, 0, additional.byteSize());
        MemorySegment.copy(text, 0, to, additional.byteSize(), text.byteSize());
    }

    /// Switches the context to sealing or opening, from any state; the key stays.
    private void aim(int wanted) {
        if (direction == wanted) return;
        if (direction == CLOSED) throw new IllegalStateException("AEAD is closed");
        require(
                LibCryptoFunctions.EVP_CipherInit_ex2(
                        context.address, 0, 0, scratch.address() + NONCE, wanted, 0),
                "EVP_CipherInit_ex2");
        direction = wanted;
    }

    /// Starts a message.
    ///
    /// @param tag the address of its tag
    private void startOpen(long counter, long tag) {
        scratch.set(ValueLayout.JAVA_LONG, TAG_PARAMS + OsslParams.DATA, tag);
        start(counter, nonceByParameter ? OPEN_PARAMS : TAG_PARAMS);
    }

    private void start(long counter, int params) {
        scratch.set(LE64, COUNTER, counter);
        long base = scratch.address();
        if (nonceByParameter) {
            require(
                    LibCryptoFunctions.EVP_CIPHER_CTX_set_params(context.address, base + params),
                    "EVP_CIPHER_CTX_set_params");
        } else {
            require(
                    LibCryptoFunctions.EVP_CipherInit_ex2(
                            context.address,
                            0,
                            0,
                            base + NONCE,
                            direction,
                            direction == OPEN ? base + params : 0),
                    "EVP_CipherInit_ex2");
        }
    }

    private void authenticate(long additional, int length) {
        if (length > 0) update(0, additional, length);
    }

    private void finishSeal(long in, int length, long out) {
        if (length > 0) update(out, in, length);
        require(
                LibCryptoFunctions.EVP_CipherFinal_ex(
                        context.address, out + length, scratch.address() + OUT_LENGTH),
                "EVP_CipherFinal_ex");
        scratch.set(ValueLayout.JAVA_LONG, TAG_PARAMS + OsslParams.DATA, out + length);
        require(
                LibCryptoFunctions.EVP_CIPHER_CTX_get_params(
                        context.address, scratch.address() + TAG_PARAMS),
                "EVP_CIPHER_CTX_get_params");
    }

    private boolean finishOpen(long in, int length, long out) {
        if (length > 0) update(out, in, length);
        return LibCryptoFunctions.EVP_CipherFinal_ex(
                        context.address, out + length, scratch.address() + OUT_LENGTH)
                == 1;
    }

    private void update(long out, long in, int length) {
        int result =
                LibCryptoFunctions.EVP_CipherUpdate(
                        context.address, out, scratch.address() + OUT_LENGTH, in, length);
        boolean whole = scratch.get(ValueLayout.JAVA_INT, OUT_LENGTH) == length;
        require(whole ? result : 0, "EVP_CipherUpdate");
    }

    private void require(int result, String function) {
        if (result == 1) return;
        direction = NONE; // the next message starts from scratch
        throw new IllegalStateException(function + " failed");
    }

    private void finish(MemorySegment in, MemorySegment out) {
        StackEraser.erase(StackEraser.CIPHER);
        Reference.reachabilityFence(in);
        Reference.reachabilityFence(out);
        Reference.reachabilityFence(this);
    }

    private static long nativeAddress(MemorySegment segment) {
        if (!segment.isNative()) throw new IllegalArgumentException("batch on the heap");
        return segment.address();
    }

    /// A keyed cipher context, freed once, and its key, which is kept for others to adopt.
    private static final class Context implements Runnable {
        final long address = LibCryptoFunctions.EVP_CIPHER_CTX_new();
        private final MemorySegment scratch;

        /// Uses the key in the scratch memory, where it stays.
        Context(long cipher, MemorySegment scratch) {
            this.scratch = scratch;
            long base = scratch.address();
            if (address != 0) {
                int result =
                        LibCryptoFunctions.EVP_CipherInit_ex2(
                                address, cipher, base + KEY, base + NONCE, SEAL, 0);
                if (result == 1) return;
            }
            run();
            if (address == 0) throw new OutOfMemoryError("EVP_CIPHER_CTX_new");
            throw new IllegalStateException("EVP_CipherInit_ex2 failed");
        }

        @Override
        public void run() {
            for (int i = 0; i < KEY_LENGTH; i++) scratch.set(ValueLayout.JAVA_BYTE, KEY + i, ZERO);
            LibCryptoFunctions.EVP_CIPHER_CTX_free(address); // null does nothing
        }

        private static final byte ZERO = 0;
    }

    static final Cleaner CLEANER = Cleaner.create();

    // The directions: those of EVP_CipherInit_ex2, and two of our own.
    private static final int OPEN = 0;
    private static final int SEAL = 1;
    private static final int NONE = -2;
    private static final int CLOSED = -3;

    private static final int KEY_LENGTH = 32;
    private static final int NONCE_LENGTH = 12;
    private static final MemorySegment NONCE_PARAM = OsslParams.name("tlsivfixed");
    private static final MemorySegment TAG_PARAM = OsslParams.name("tag");

    // Offsets in the scratch memory. To open, nonce and tag are set together; after sealing, the
    // tag is read with the same array without its first entry.
    private static final int NONCE = 0;
    private static final int COUNTER = NONCE + 4;
    private static final int OUT_LENGTH = NONCE + 16;
    private static final int OPEN_PARAMS = OUT_LENGTH + 8;
    private static final int TAG_PARAMS = OPEN_PARAMS + OsslParams.SIZE;
    private static final int SEAL_PARAMS = TAG_PARAMS + 2 * OsslParams.SIZE;
    private static final int KEY = SEAL_PARAMS + 2 * OsslParams.SIZE;
    private static final int SCRATCH = KEY + KEY_LENGTH;

    private static final ValueLayout.OfInt BE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
}
