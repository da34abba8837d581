package dev.adit.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// X25519 (RFC 7748 §5) by libcrypto. Stateless.
final class LibCryptoX25519 {
    /// `shared` := `scalar` × `point`. Returns false, with zeros in `shared`, when the product is
    /// zero.
    static boolean multiply(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(MEMORY, 8);
            try {
                MemorySegment.copy(scalar, 0, memory, SCALAR, LENGTH);
                MemorySegment.copy(point, 0, memory, POINT, LENGTH);
                boolean usable = derive(memory);
                MemorySegment.copy(memory, usable ? RESULT : ZEROS, shared, 0, LENGTH);
                return usable;
            } finally {
                memory.fill((byte) 0);
                StackEraser.clearRegisters();
            }
        }
    }

    /// `product` := `scalar` × the base point.
    static void multiplyBase(MemorySegment scalar, MemorySegment product) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(MEMORY, 8);
            try {
                MemorySegment.copy(scalar, 0, memory, SCALAR, LENGTH);
                computePublicKey(memory);
                MemorySegment.copy(memory, RESULT, product, 0, LENGTH);
            } finally {
                memory.fill((byte) 0);
                StackEraser.clearRegisters();
            }
        }
    }

    private static boolean derive(MemorySegment memory) {
        // Zeros for our public key: it is not used, and computing it would double the time. But a
        // library may insist on one that fits.
        long key = key(memory, SCALAR, ZEROS);
        if (key == 0) key = key(memory, SCALAR, ABSENT);
        long peer = key(memory, ABSENT, POINT);
        long context = LibCryptoFunctions.EVP_PKEY_CTX_new_from_pkey(0, key, 0);
        try {
            if (context == 0
                    || LibCryptoFunctions.EVP_PKEY_derive_init(context) != 1
                    || LibCryptoFunctions.EVP_PKEY_derive_set_peer(context, peer) != 1) {
                throw new IllegalStateException("EVP_PKEY_derive_init failed");
            }
            memory.set(ValueLayout.JAVA_LONG, RESULT_LENGTH, LENGTH);
            long base = memory.address();
            int result =
                    LibCryptoFunctions.EVP_PKEY_derive(
                            context, base + RESULT, base + RESULT_LENGTH);
            StackEraser.clearRegisters();
            return result == 1;
        } finally {
            LibCryptoFunctions.EVP_PKEY_CTX_free(context);
            LibCryptoFunctions.EVP_PKEY_free(peer);
            LibCryptoFunctions.EVP_PKEY_free(key);
        }
    }

    private static void computePublicKey(MemorySegment memory) {
        long key = key(memory, SCALAR, ABSENT);
        memory.set(ValueLayout.JAVA_LONG, RESULT_LENGTH, LENGTH);
        long base = memory.address();
        int result =
                key == 0
                        ? 0
                        : LibCryptoFunctions.EVP_PKEY_get_raw_public_key(
                                key, base + RESULT, base + RESULT_LENGTH);
        LibCryptoFunctions.EVP_PKEY_free(key);
        if (result != 1) throw new IllegalStateException("EVP_PKEY_get_raw_public_key failed");
    }

    /// Makes a key from the parts at these offsets of `memory`, one of which may be [#ABSENT]; 0
    /// when the library refuses.
    private static long key(MemorySegment memory, int privatePart, int publicPart) {
        long base = memory.address();
        int end = PARAMS;
        if (privatePart != ABSENT) {
            OsslParams.octets(memory, end, PRIVATE_PARAM, base + privatePart, LENGTH);
            end += OsslParams.SIZE;
        }
        if (publicPart != ABSENT) {
            OsslParams.octets(memory, end, PUBLIC_PARAM, base + publicPart, LENGTH);
            end += OsslParams.SIZE;
        }
        OsslParams.end(memory, end);
        memory.set(ValueLayout.JAVA_LONG, KEY, 0);
        int selection = privatePart == ABSENT ? PUBLIC_KEY : KEYPAIR;
        KeyMaker maker = MAKERS.get();
        LibCryptoFunctions.EVP_PKEY_fromdata(maker.context, base + KEY, selection, base + PARAMS);
        StackEraser.clearRegisters();
        Reference.reachabilityFence(maker);
        return memory.get(ValueLayout.JAVA_LONG, KEY);
    }

    /// Makes keys in one thread; it keeps none of them. Looking up the algorithm for each key would
    /// take a tenth of the whole time. Freed when the garbage collector finds it.
    private static final class KeyMaker {
        final long context = LibCryptoFunctions.EVP_PKEY_CTX_new_from_name(0, NAME.address(), 0);

        KeyMaker() {
            long made = context;
            LibCryptoAead.CLEANER.register(this, () -> LibCryptoFunctions.EVP_PKEY_CTX_free(made));
            if (context == 0 || LibCryptoFunctions.EVP_PKEY_fromdata_init(context) != 1) {
                throw new IllegalStateException("EVP_PKEY_fromdata_init failed");
            }
        }
    }

    private static final ThreadLocal<KeyMaker> MAKERS = ThreadLocal.withInitial(KeyMaker::new);

    private static final int LENGTH = 32;
    private static final int KEYPAIR = 0x87; // EVP_PKEY_KEYPAIR
    private static final int PUBLIC_KEY = 0x86; // EVP_PKEY_PUBLIC_KEY
    private static final MemorySegment NAME = OsslParams.name("X25519");
    private static final MemorySegment PUBLIC_PARAM = OsslParams.name("pub");
    private static final MemorySegment PRIVATE_PARAM = OsslParams.name("priv");

    // Offsets in the memory of one operation.
    private static final int ABSENT = -1;
    private static final int SCALAR = 0;
    private static final int POINT = SCALAR + LENGTH;
    private static final int RESULT = POINT + LENGTH;
    private static final int ZEROS = RESULT + LENGTH;
    private static final int KEY = ZEROS + LENGTH;
    private static final int RESULT_LENGTH = KEY + 8;
    private static final int PARAMS = RESULT_LENGTH + 8;
    private static final int MEMORY = PARAMS + 3 * OsslParams.SIZE;

    private LibCryptoX25519() {}
}
