package dev.adit.protocol;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.XChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.rfc7748.X25519;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// The primitives of WireGuard as Bouncy Castle computes them, to compare ours with.
///
/// Calls its low-level classes, not the JCA: so what is compared shares no code with the JDK's
/// providers either.
public final class BouncyCastle {

    /// X25519 (RFC 7748 §5), all zero for a point of small order.
    public static byte[] x25519(byte[] scalar, byte[] point) {
        byte[] shared = new byte[32];
        X25519.scalarMult(scalar, 0, point, 0, shared, 0);
        return shared;
    }

    /// The public key of `scalar`.
    public static byte[] x25519Public(byte[] scalar) {
        byte[] publicKey = new byte[32];
        X25519.scalarMultBase(scalar, 0, publicKey, 0);
        return publicKey;
    }

    /// Seals by ChaCha20-Poly1305 with a nonce of 12 bytes.
    public static byte[] seal(byte[] key, byte[] nonce, byte[] additional, byte[] plain) {
        return process(new ChaCha20Poly1305(), true, key, nonce, additional, plain).orElseThrow();
    }

    /// Opens what [#seal] sealed; empty when the tag is wrong.
    public static Optional<byte[]> open(
            byte[] key, byte[] nonce, byte[] additional, byte[] sealed) {
        return process(new ChaCha20Poly1305(), false, key, nonce, additional, sealed);
    }

    /// Seals by XChaCha20-Poly1305 with a nonce of 24 bytes.
    public static byte[] xseal(byte[] key, byte[] nonce, byte[] additional, byte[] plain) {
        return process(new XChaCha20Poly1305(), true, key, nonce, additional, plain).orElseThrow();
    }

    /// Opens what [#xseal] sealed; empty when the tag is wrong.
    public static Optional<byte[]> xopen(
            byte[] key, byte[] nonce, byte[] additional, byte[] sealed) {
        return process(new XChaCha20Poly1305(), false, key, nonce, additional, sealed);
    }

    private static Optional<byte[]> process(
            ChaCha20Poly1305 cipher,
            boolean seal,
            byte[] key,
            byte[] nonce,
            byte[] additional,
            byte[] in) {
        cipher.init(seal, new AEADParameters(new KeyParameter(key), 128, nonce, additional));
        byte[] out = new byte[seal ? in.length + 16 : Math.max(0, in.length - 16)];
        int length = cipher.processBytes(in, 0, in.length, out, 0);
        try {
            cipher.doFinal(out, length);
            return Optional.of(out);
        } catch (InvalidCipherTextException wrongTag) {
            return Optional.empty();
        }
    }

    /// HChaCha20 by the block function of ChaCha20, which adds the input at its end where HChaCha20
    /// does not: what was added is subtracted again.
    public static byte[] hchacha20(byte[] key, byte[] nonce) {
        int[] in = new int[16], out = new int[16];
        int[] constants = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
        System.arraycopy(constants, 0, in, 0, 4);
        littleEndian(key).asIntBuffer().get(in, 4, 8);
        littleEndian(nonce).asIntBuffer().get(in, 12, 4);
        ChaChaEngine.chachaCore(20, in, out);
        ByteBuffer derived = littleEndian(new byte[32]);
        for (int i = 0; i < 4; i++) derived.putInt(out[i] - in[i]);
        for (int i = 12; i < 16; i++) derived.putInt(out[i] - in[i]);
        return derived.array();
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// BLAKE2s with a digest of `length` bytes, keyed unless `key` is empty.
    public static byte[] blake2s(int length, byte[] key, byte[]... parts) {
        byte[] keyOrNone = key.length == 0 ? null : key;
        Blake2sDigest digest = new Blake2sDigest(keyOrNone, length, null, null);
        for (byte[] part : parts) digest.update(part, 0, part.length);
        byte[] out = new byte[length];
        digest.doFinal(out, 0);
        return out;
    }

    /// HMAC (RFC 2104) over BLAKE2s.
    public static byte[] hmac(byte[] key, byte[]... parts) {
        HMac mac = new HMac(new Blake2sDigest(256));
        mac.init(new KeyParameter(key));
        for (byte[] part : parts) mac.update(part, 0, part.length);
        byte[] out = new byte[32];
        mac.doFinal(out, 0);
        return out;
    }

    /// HKDF (RFC 5869) over BLAKE2s without info: `count` outputs of 32 bytes.
    public static byte[][] hkdf(byte[] salt, byte[] input, int count) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new Blake2sDigest(256));
        generator.init(new HKDFParameters(input, salt, null));
        byte[] all = new byte[32 * count];
        generator.generateBytes(all, 0, all.length);
        byte[][] outputs = new byte[count][];
        for (int i = 0; i < count; i++) outputs[i] = Arrays.copyOfRange(all, 32 * i, 32 * i + 32);
        return outputs;
    }

    private BouncyCastle() {}
}
