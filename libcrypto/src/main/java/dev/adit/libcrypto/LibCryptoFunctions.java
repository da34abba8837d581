package dev.adit.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Functions of OpenSSL 3's libcrypto under their C names. Thread-safe.
///
/// Pointers are plain addresses, so that a range of a slab needs no segment of its own; the caller
/// keeps the memory alive. Ciphers are called without leaving Java's thread state (`critical`):
/// those calls do not block, and are short. Calls with private keys are not: a thread stopped right
/// behind such a call would leave its registers, with values the library worked on, on its stack.
///
/// Without a libcrypto of version 3, this class does not initialise: an
/// [ExceptionInInitializerError] gives the reason.
@SuppressWarnings("restricted")
final class LibCryptoFunctions {
    private static final SymbolLookup LIBRARY = library();

    /// [OpenSSL_version_num(3)](https://docs.openssl.org/3.0/man3/OpenSSL_version/): 0xMNN00PP0L,
    /// the major version on top.
    static long OpenSSL_version_num() {
        try {
            return (long) OPENSSL_VERSION_NUM.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CIPHER_fetch(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): a cipher, or 0.
    static long EVP_CIPHER_fetch(long library, long algorithm, long properties) {
        try {
            return (long) EVP_CIPHER_FETCH.invokeExact(library, algorithm, properties);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CIPHER_CTX_new(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): a context, or
    /// 0.
    static long EVP_CIPHER_CTX_new() {
        try {
            return (long) EVP_CIPHER_CTX_NEW.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CIPHER_CTX_free(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): erases the key
    /// and frees.
    static void EVP_CIPHER_CTX_free(long context) {
        try {
            EVP_CIPHER_CTX_FREE.invokeExact(context);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CipherInit_ex2(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): 1, or 0 on
    /// failure.
    static int EVP_CipherInit_ex2(
            long context, long cipher, long key, long iv, int encrypt, long params) {
        try {
            return (int) EVP_CIPHER_INIT_EX2.invokeExact(context, cipher, key, iv, encrypt, params);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CIPHER_CTX_set_params(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): 1, or 0
    /// on failure.
    static int EVP_CIPHER_CTX_set_params(long context, long params) {
        try {
            return (int) EVP_CIPHER_CTX_SET_PARAMS.invokeExact(context, params);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CIPHER_CTX_get_params(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): 1, or 0
    /// on failure.
    static int EVP_CIPHER_CTX_get_params(long context, long params) {
        try {
            return (int) EVP_CIPHER_CTX_GET_PARAMS.invokeExact(context, params);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CipherUpdate(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): 1, or 0 on
    /// failure.
    static int EVP_CipherUpdate(long context, long out, long outLength, long in, int inLength) {
        try {
            return (int) EVP_CIPHER_UPDATE.invokeExact(context, out, outLength, in, inLength);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_CipherFinal_ex(3)](https://docs.openssl.org/3.0/man3/EVP_EncryptInit/): 1, or 0 on
    /// failure, such as a wrong tag.
    static int EVP_CipherFinal_ex(long context, long out, long outLength) {
        try {
            return (int) EVP_CIPHER_FINAL_EX.invokeExact(context, out, outLength);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_get_raw_public_key(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_new/): 1, or 0
    /// on failure.
    static int EVP_PKEY_get_raw_public_key(long key, long out, long outLength) {
        try {
            return (int) EVP_PKEY_GET_RAW_PUBLIC_KEY.invokeExact(key, out, outLength);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_free(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_new/): erases and frees.
    static void EVP_PKEY_free(long key) {
        try {
            EVP_PKEY_FREE.invokeExact(key);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_CTX_new_from_name(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_CTX_new/): a
    /// context, or 0.
    static long EVP_PKEY_CTX_new_from_name(long library, long name, long properties) {
        try {
            return (long) EVP_PKEY_CTX_NEW_FROM_NAME.invokeExact(library, name, properties);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_CTX_new_from_pkey(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_CTX_new/): a
    /// context, or 0.
    static long EVP_PKEY_CTX_new_from_pkey(long library, long key, long properties) {
        try {
            return (long) EVP_PKEY_CTX_NEW_FROM_PKEY.invokeExact(library, key, properties);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_CTX_free(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_CTX_new/).
    static void EVP_PKEY_CTX_free(long context) {
        try {
            EVP_PKEY_CTX_FREE.invokeExact(context);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_fromdata_init(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_fromdata/): 1, or
    /// less on failure.
    static int EVP_PKEY_fromdata_init(long context) {
        try {
            return (int) EVP_PKEY_FROMDATA_INIT.invokeExact(context);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_fromdata(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_fromdata/): 1, or less on
    /// failure.
    static int EVP_PKEY_fromdata(long context, long key, int selection, long params) {
        try {
            return (int) EVP_PKEY_FROMDATA.invokeExact(context, key, selection, params);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_derive_init(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_derive/): 1, or less on
    /// failure.
    static int EVP_PKEY_derive_init(long context) {
        try {
            return (int) EVP_PKEY_DERIVE_INIT.invokeExact(context);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_derive_set_peer(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_derive/): 1, or
    /// less on failure.
    static int EVP_PKEY_derive_set_peer(long context, long peer) {
        try {
            return (int) EVP_PKEY_DERIVE_SET_PEER.invokeExact(context, peer);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// [EVP_PKEY_derive(3)](https://docs.openssl.org/3.0/man3/EVP_PKEY_derive/): 1, or less on
    /// failure, such as a result of zero.
    static int EVP_PKEY_derive(long context, long out, long outLength) {
        try {
            return (int) EVP_PKEY_DERIVE.invokeExact(context, out, outLength);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// memcpy(3), called for its effect on registers: they hold the bytes copied last.
    static void memcpy(long target, long source, long bytes) {
        try {
            long _ = (long) MEMCPY.invokeExact(target, source, bytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static SymbolLookup library() {
        RuntimeException notFound = null;
        for (String name : new String[] {"libcrypto.so.3", "libcrypto.so"}) {
            try {
                return SymbolLookup.libraryLookup(name, Arena.global());
            } catch (IllegalArgumentException e) {
                if (notFound == null) notFound = e;
            }
        }
        throw new IllegalStateException("libcrypto.so.3 not found", notFound);
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(symbol(name), type);
    }

    private static MethodHandle critical(String name, FunctionDescriptor type) {
        return Linker.nativeLinker()
                .downcallHandle(symbol(name), type, Linker.Option.critical(false));
    }

    private static MemorySegment symbol(String name) {
        return LIBRARY.find(name)
                .orElseThrow(
                        () -> new IllegalStateException("libcrypto is too old: it has no " + name));
    }

    private static FunctionDescriptor type(ValueLayout result, ValueLayout... parameters) {
        return FunctionDescriptor.of(result, parameters);
    }

    // Every type of function costs milliseconds at the start, so among C functions that do the same
    // we use those that share a type.

    private static final FunctionDescriptor NONE_TO_LONG = type(JAVA_LONG);
    private static final FunctionDescriptor TO_VOID = FunctionDescriptor.ofVoid(JAVA_LONG);
    private static final FunctionDescriptor TO_INT = type(JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor TWO_TO_INT = type(JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor THREE_TO_INT =
            type(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor THREE_TO_LONG =
            type(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle OPENSSL_VERSION_NUM =
            function("OpenSSL_version_num", NONE_TO_LONG);
    private static final MethodHandle EVP_CIPHER_FETCH =
            function("EVP_CIPHER_fetch", THREE_TO_LONG);
    private static final MethodHandle EVP_CIPHER_CTX_NEW =
            function("EVP_CIPHER_CTX_new", NONE_TO_LONG);
    private static final MethodHandle EVP_CIPHER_CTX_FREE =
            function("EVP_CIPHER_CTX_free", TO_VOID);
    private static final MethodHandle EVP_CIPHER_INIT_EX2 =
            critical(
                    "EVP_CipherInit_ex2",
                    type(
                            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT,
                            JAVA_LONG));
    private static final MethodHandle EVP_CIPHER_CTX_SET_PARAMS =
            critical("EVP_CIPHER_CTX_set_params", TWO_TO_INT);
    private static final MethodHandle EVP_CIPHER_CTX_GET_PARAMS =
            critical("EVP_CIPHER_CTX_get_params", TWO_TO_INT);
    private static final MethodHandle EVP_CIPHER_UPDATE =
            critical(
                    "EVP_CipherUpdate",
                    type(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVP_CIPHER_FINAL_EX =
            critical("EVP_CipherFinal_ex", THREE_TO_INT);
    private static final MethodHandle EVP_PKEY_GET_RAW_PUBLIC_KEY =
            function("EVP_PKEY_get_raw_public_key", THREE_TO_INT);
    private static final MethodHandle EVP_PKEY_FREE = function("EVP_PKEY_free", TO_VOID);
    private static final MethodHandle EVP_PKEY_CTX_NEW_FROM_NAME =
            function("EVP_PKEY_CTX_new_from_name", THREE_TO_LONG);
    private static final MethodHandle EVP_PKEY_CTX_NEW_FROM_PKEY =
            function("EVP_PKEY_CTX_new_from_pkey", THREE_TO_LONG);
    private static final MethodHandle EVP_PKEY_CTX_FREE = function("EVP_PKEY_CTX_free", TO_VOID);
    private static final MethodHandle EVP_PKEY_FROMDATA_INIT =
            function("EVP_PKEY_fromdata_init", TO_INT);
    private static final MethodHandle EVP_PKEY_FROMDATA =
            function(
                    "EVP_PKEY_fromdata", type(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle EVP_PKEY_DERIVE_INIT =
            function("EVP_PKEY_derive_init", TO_INT);
    private static final MethodHandle EVP_PKEY_DERIVE_SET_PEER =
            function("EVP_PKEY_derive_set_peer", TWO_TO_INT);
    private static final MethodHandle EVP_PKEY_DERIVE = function("EVP_PKEY_derive", THREE_TO_INT);
    private static final MethodHandle MEMCPY =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("memcpy"),
                            THREE_TO_LONG);

    private LibCryptoFunctions() {}
}
