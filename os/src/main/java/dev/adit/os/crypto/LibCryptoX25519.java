package dev.adit.os.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// X25519 (RFC 7748 §5) by libcrypto. Stateless.
final class LibCryptoX25519 {
    /// `shared` := `scalar` × `point`. False, with zeros in `shared`, when that is zero.
    static boolean multiply(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(MEMORY, 8);
            MemorySegment.copy(scalar, 0, memory, SCALAR, LENGTH);
            MemorySegment.copy(point, 0, memory, POINT, LENGTH);
            boolean usable = derive(memory);
            MemorySegment.copy(memory, usable ? RESULT : ZEROS, shared, 0, LENGTH);
            memory.fill((byte) 0);
            return usable;
        }
    }

    /// `product` := `scalar` × the base point.
    static void multiplyBase(MemorySegment scalar, MemorySegment product) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(MEMORY, 8);
            MemorySegment.copy(scalar, 0, memory, SCALAR, LENGTH);
            long base = memory.address();
            long key = rawPrivateKey(base);
            memory.set(ValueLayout.JAVA_LONG, RESULT_LENGTH, LENGTH);
            int result =
                    LibCryptoFunctions.EVP_PKEY_get_raw_public_key(
                            key, base + RESULT, base + RESULT_LENGTH);
            LibCryptoFunctions.EVP_PKEY_free(key);
            if (result == 1) MemorySegment.copy(memory, RESULT, product, 0, LENGTH);
            memory.fill((byte) 0);
            if (result != 1) throw new IllegalStateException("EVP_PKEY_get_raw_public_key failed");
        }
    }

    private static boolean derive(MemorySegment memory) {
        long base = memory.address();
        long key = privateKey(memory);
        long peer = LibCryptoFunctions.EVP_PKEY_new_raw_public_key(X25519, 0, base + POINT, LENGTH);
        long context = LibCryptoFunctions.EVP_PKEY_CTX_new(key, 0);
        try {
            if (peer == 0
                    || context == 0
                    || LibCryptoFunctions.EVP_PKEY_derive_init(context) != 1
                    || LibCryptoFunctions.EVP_PKEY_derive_set_peer(context, peer) != 1) {
                throw new IllegalStateException("EVP_PKEY_derive_init failed");
            }
            memory.set(ValueLayout.JAVA_LONG, RESULT_LENGTH, LENGTH);
            return LibCryptoFunctions.EVP_PKEY_derive(context, base + RESULT, base + RESULT_LENGTH)
                    == 1;
        } finally {
            LibCryptoFunctions.EVP_PKEY_CTX_free(context);
            LibCryptoFunctions.EVP_PKEY_free(peer);
            LibCryptoFunctions.EVP_PKEY_free(key);
        }
    }

    /// The private key in `memory`, with zeros for the public one: it takes no part in the
    /// derivation, and computing it would double the time.
    private static long privateKey(MemorySegment memory) {
        long base = memory.address();
        long context = LibCryptoFunctions.EVP_PKEY_CTX_new_from_name(0, NAME.address(), 0);
        OsslParams.octets(memory, PARAMS, PUBLIC_PARAM, base + ZEROS, LENGTH);
        OsslParams.octets(memory, PARAMS + OsslParams.SIZE, PRIVATE_PARAM, base + SCALAR, LENGTH);
        OsslParams.end(memory, PARAMS + 2L * OsslParams.SIZE);
        boolean made =
                context != 0
                        && LibCryptoFunctions.EVP_PKEY_fromdata_init(context) == 1
                        && LibCryptoFunctions.EVP_PKEY_fromdata(
                                        context, base + KEY, KEYPAIR, base + PARAMS)
                                == 1;
        LibCryptoFunctions.EVP_PKEY_CTX_free(context);
        // A library may insist on a public key that fits.
        return made ? memory.get(ValueLayout.JAVA_LONG, KEY) : rawPrivateKey(base);
    }

    private static long rawPrivateKey(long base) {
        long key =
                LibCryptoFunctions.EVP_PKEY_new_raw_private_key(X25519, 0, base + SCALAR, LENGTH);
        if (key == 0) throw new IllegalStateException("EVP_PKEY_new_raw_private_key failed");
        return key;
    }

    private static final int LENGTH = 32;
    private static final int X25519 = 1034; // EVP_PKEY_X25519
    private static final int KEYPAIR = 0x87; // EVP_PKEY_KEYPAIR
    private static final MemorySegment NAME = OsslParams.name("X25519");
    private static final MemorySegment PUBLIC_PARAM = OsslParams.name("pub");
    private static final MemorySegment PRIVATE_PARAM = OsslParams.name("priv");

    // Offsets in the memory of one operation.
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
