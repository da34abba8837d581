package dev.adit.protocol.crypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Known-answer tests (RFC 7748, RFC 8439) of a [CryptoProvider] before its first use, through each
/// of its methods. Stateless.
final class KnownAnswers {
    /// Returns when `provider` gives all the answers.
    ///
    /// @throws IllegalStateException naming the first answer that is wrong
    static void check(CryptoProvider provider) {
        checkX25519(provider);
        try (Arena arena = Arena.ofConfined();
                Aead aead = provider.aead(bytes(AEAD_KEY))) {
            checkSingle(aead);
            checkOnce(provider);
            checkBatch(aead, arena.allocate(MEMORY), arena.allocate(MEMORY));
            MemorySegment memory = arena.allocate(MEMORY);
            checkBatch(aead, memory, memory);
        }
    }

    /// RFC 7748 §5.2 and §6.1, a set top bit, and a point of small order.
    private static void checkX25519(CryptoProvider provider) {
        MemorySegment result = MemorySegment.ofArray(new byte[32]);
        MemorySegment point = bytes(X25519_POINT);
        require(
                provider.x25519(bytes(X25519_SCALAR), point, result)
                        && same(result, 0, bytes(X25519_PRODUCT)),
                "X25519");
        point.set(ValueLayout.JAVA_BYTE, 31, (byte) (point.get(ValueLayout.JAVA_BYTE, 31) ^ 0x80));
        require(
                provider.x25519(bytes(X25519_SCALAR), point, result)
                        && same(result, 0, bytes(X25519_PRODUCT)),
                "X25519 with the top bit set");
        require(
                !provider.x25519(bytes(X25519_SCALAR), bytes(SMALL_ORDER), result)
                        && same(result, 0, bytes("00".repeat(32))),
                "X25519 with a point of small order");
        provider.x25519Public(bytes(PRIVATE_KEY), result);
        require(same(result, 0, bytes(PUBLIC_KEY)), "X25519 with the base point");
    }

    /// RFC 8439 appendix A.5, both ways, and the same with a bit flipped.
    private static void checkSingle(Aead aead) {
        MemorySegment plain = bytes(TEXT.getBytes(StandardCharsets.UTF_8));
        MemorySegment expected = bytes(CIPHERTEXT + TAG_WITH_ADDITIONAL);
        MemorySegment sealed = MemorySegment.ofArray(new byte[(int) expected.byteSize()]);
        MemorySegment opened = MemorySegment.ofArray(new byte[(int) plain.byteSize()]);
        MemorySegment additional = bytes(ADDITIONAL);
        aead.seal(COUNTER, additional, plain, sealed);
        require(same(sealed, 0, expected), "seal");
        require(aead.open(COUNTER, additional, sealed, opened) && same(opened, 0, plain), "open");
        flipBit(sealed, sealed.byteSize() - 1);
        require(
                !aead.open(COUNTER, additional, sealed, opened)
                        && same(opened, 0, MemorySegment.ofArray(new byte[TEXT_LENGTH])),
                "open with a wrong tag");
    }

    /// The same under a key for one message.
    private static void checkOnce(CryptoProvider provider) {
        MemorySegment key = bytes(AEAD_KEY), additional = bytes(ADDITIONAL);
        MemorySegment plain = bytes(TEXT.getBytes(StandardCharsets.UTF_8));
        MemorySegment expected = bytes(CIPHERTEXT + TAG_WITH_ADDITIONAL);
        MemorySegment sealed = MemorySegment.ofArray(new byte[(int) expected.byteSize()]);
        MemorySegment opened = MemorySegment.ofArray(new byte[(int) plain.byteSize()]);
        provider.seal(key, COUNTER, additional, plain, sealed);
        require(same(sealed, 0, expected), "seal once");
        require(
                provider.open(key, COUNTER, additional, sealed, opened) && same(opened, 0, plain),
                "open once");
        flipBit(sealed, 0);
        require(
                !provider.open(key, COUNTER, additional, sealed, opened)
                        && same(opened, 0, MemorySegment.ofArray(new byte[TEXT_LENGTH])),
                "open once with a wrong tag");
    }

    /// The same text without additional data and an empty packet, from `in` to `out`, and back.
    private static void checkBatch(Aead aead, MemorySegment in, MemorySegment out) {
        MemorySegment plain = bytes(TEXT.getBytes(StandardCharsets.UTF_8));
        MemorySegment.copy(plain, 0, in, TEXT_AT, TEXT_LENGTH);
        AeadBatch work = new AeadBatch(3);
        work.in = in;
        work.out = out;
        work.add(EMPTY_AT, EMPTY_AT, 0, 0);
        work.add(TEXT_AT, TEXT_AT, TEXT_LENGTH, COUNTER);
        aead.seal(work);
        require(
                same(out, TEXT_AT, bytes(CIPHERTEXT + TAG_ALONE))
                        && same(out, EMPTY_AT, bytes(TAG_OF_EMPTY)),
                "seal a batch");

        MemorySegment.copy(out, TEXT_AT, out, FORGED_AT, TEXT_LENGTH + Aead.TAG);
        flipBit(out, FORGED_AT);
        work.in = out;
        work.out = in;
        work.count = 0;
        work.add(EMPTY_AT, EMPTY_AT, Aead.TAG, 0);
        work.add(FORGED_AT, FORGED_AT, TEXT_LENGTH + Aead.TAG, COUNTER);
        work.add(TEXT_AT, TEXT_AT, TEXT_LENGTH + Aead.TAG, COUNTER);
        aead.open(work);
        require(
                work.length[0] == 0
                        && work.length[1] == AeadBatch.REFUSED
                        && work.length[2] == TEXT_LENGTH
                        && same(in, TEXT_AT, plain),
                "open a batch");
    }

    private static void require(boolean right, String what) {
        if (!right) throw new IllegalStateException("wrong answer: " + what);
    }

    private static boolean same(MemorySegment a, long offset, MemorySegment expected) {
        long end = offset + expected.byteSize();
        return MemorySegment.mismatch(a, offset, end, expected, 0, expected.byteSize()) == -1;
    }

    private static void flipBit(MemorySegment segment, long at) {
        byte old = segment.get(ValueLayout.JAVA_BYTE, at);
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ 1));
    }

    private static MemorySegment bytes(String hex) {
        return bytes(HexFormat.of().parseHex(hex));
    }

    private static MemorySegment bytes(byte[] bytes) {
        return MemorySegment.ofArray(bytes);
    }

    private static final String X25519_SCALAR =
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4";
    private static final String X25519_POINT =
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c";
    private static final String X25519_PRODUCT =
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552";
    private static final String PRIVATE_KEY =
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    private static final String PUBLIC_KEY =
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";

    // One of the points of order 8 (mentioned in RFC 7748 §6.1).
    private static final String SMALL_ORDER =
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800";

    private static final String AEAD_KEY =
            "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0";
    private static final long COUNTER = 0x0807060504030201L;
    private static final String ADDITIONAL = "f33388860000000000004e91";
    private static final String TEXT =
            "Internet-Drafts are draft documents valid for a maximum of six months and may be"
                    + " updated, replaced, or obsoleted by other documents at any time. It is"
                    + " inappropriate to use Internet-Drafts as reference material or to cite them"
                    + " other than as /\u201cwork in progress./\u201d";
    private static final String CIPHERTEXT =
            "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
                    + "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
                    + "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
                    + "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
                    + "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
                    + "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
                    + "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
                    + "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
                    + "a6ad5cb4022b02709b";
    private static final String TAG_WITH_ADDITIONAL = "eead9d67890cbb22392336fea1851f38";

    // Not in the RFC; computed with two implementations.
    private static final String TAG_ALONE = "6e3570b1acaaf1f24f2a644f01acd12b";
    private static final String TAG_OF_EMPTY = "26edab23e9e2b84722a2d89156ef8b24";

    // Offsets of the packets in a batch's memory.
    private static final int TEXT_LENGTH = 265;
    private static final int EMPTY_AT = 3;
    private static final int TEXT_AT = 32;
    private static final int FORGED_AT = 320;
    private static final int MEMORY = 640;

    private KnownAnswers() {}
}
