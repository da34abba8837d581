package dev.adit.protocol.crypto;

import org.jspecify.annotations.Nullable;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;

import javax.crypto.KeyAgreement;

/// X25519 (RFC 7748 §5) by the JDK's key agreement. Stateless.
///
/// The keys are classes of our own, because the JDK's keep their bytes on the heap without a way to
/// erase them. The traces of its arithmetic on the heap cannot be reached and erased.
final class JdkX25519 {
    /// `shared` := `scalar` × `point`. Returns false, with zeros in `shared`, when the product is
    /// zero.
    static boolean multiply(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        return multiply(scalar, coordinate(point), shared);
    }

    /// `product` := `scalar` × the base point.
    static void multiplyBase(MemorySegment scalar, MemorySegment product) {
        if (!multiply(scalar, BASE, product)) throw new AssertionError("base point refused");
    }

    private static boolean multiply(MemorySegment scalar, BigInteger u, MemorySegment shared) {
        byte[] k = new byte[LENGTH];
        byte[] product = null;
        try {
            MemorySegment.copy(scalar, ValueLayout.JAVA_BYTE, 0, k, 0, LENGTH);
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(new Scalar(k), null, null);
            agreement.doPhase(new Point(u), true);
            product = agreement.generateSecret();
            MemorySegment.copy(product, 0, shared, ValueLayout.JAVA_BYTE, 0, LENGTH);
            return true;
        } catch (InvalidKeyException smallOrder) {
            shared.asSlice(0, LENGTH).fill((byte) 0);
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("X25519 of the JDK", e);
        } finally {
            Arrays.fill(k, (byte) 0);
            if (product != null) Arrays.fill(product, (byte) 0);
        }
    }

    /// The little-endian number that `point` encodes without its top bit, reduced: the JDK requires
    /// one below 2^255 - 19.
    private static BigInteger coordinate(MemorySegment point) {
        byte[] bigEndian = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bigEndian[LENGTH - 1 - i] = point.get(ValueLayout.JAVA_BYTE, i);
        }
        bigEndian[0] &= 0x7f;
        return new BigInteger(1, bigEndian).mod(P);
    }

    /// A private key whose bytes its maker erases.
    private static final class Scalar implements XECPrivateKey {
        @Serial private static final long serialVersionUID = 0;
        private final transient byte[] bytes;

        Scalar(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Optional<byte[]> getScalar() {
            return Optional.of(bytes);
        }

        @Override
        public AlgorithmParameterSpec getParams() {
            return NamedParameterSpec.X25519;
        }

        @Override
        public String getAlgorithm() {
            return "XDH";
        }

        @Override
        public @Nullable String getFormat() {
            return null;
        }

        @Override
        public byte @Nullable [] getEncoded() {
            return null;
        }

        @Serial
        private void writeObject(ObjectOutputStream out) throws NotSerializableException {
            throw new NotSerializableException("a secret");
        }
    }

    /// A public key.
    private static final class Point implements XECPublicKey {
        @Serial private static final long serialVersionUID = 0;
        private final BigInteger u;

        Point(BigInteger u) {
            this.u = u;
        }

        @Override
        public BigInteger getU() {
            return u;
        }

        @Override
        public AlgorithmParameterSpec getParams() {
            return NamedParameterSpec.X25519;
        }

        @Override
        public String getAlgorithm() {
            return "XDH";
        }

        @Override
        public @Nullable String getFormat() {
            return null;
        }

        @Override
        public byte @Nullable [] getEncoded() {
            return null;
        }
    }

    private static final int LENGTH = 32;
    private static final BigInteger BASE = BigInteger.valueOf(9);
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private JdkX25519() {}
}
