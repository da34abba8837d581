package dev.adit.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.crypto.spi.CryptoProvider;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.List;
import java.util.random.RandomGenerator;

/// X25519 of a [CryptoProvider] against that of Bouncy Castle, with as many points that are special
/// as are random.
public abstract class X25519OracleContract {

    /// The provider under test.
    protected abstract CryptoProvider provider();

    @Test
    void multipliesAsBouncyCastleDoes() {
        CryptoProvider provider = provider();
        Property.check(
                10_000,
                random -> {
                    byte[] scalar = RandomBytes.of(random, 32), point = point(random);
                    byte[] expected = BouncyCastle.x25519(scalar, point);
                    MemorySegment shared = RandomBytes.segment(random, RandomBytes.of(random, 32));
                    boolean usable =
                            provider.x25519(
                                    RandomBytes.segment(random, scalar),
                                    RandomBytes.segment(random, point),
                                    shared);
                    assertThat(shared.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
                    assertThat(usable).isEqualTo(any(expected));
                });
    }

    @Test
    void derivesPublicKeysAsBouncyCastleDoes() {
        CryptoProvider provider = provider();
        Property.check(
                10_000,
                random -> {
                    byte[] scalar = RandomBytes.of(random, 32);
                    MemorySegment publicKey = RandomBytes.segment(random, new byte[32]);
                    provider.x25519Public(RandomBytes.segment(random, scalar), publicKey);
                    assertThat(publicKey.toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(BouncyCastle.x25519Public(scalar));
                });
    }

    @Test
    void seesNoKeyInPointsOfSmallOrderAsBouncyCastleDoes() {
        for (BigInteger value : SMALL_ORDER) {
            for (int highBit = 0; highBit < 2; highBit++) {
                byte[] point = encode(value.add(P255.multiply(BigInteger.valueOf(highBit))));
                assertThat(BouncyCastle.x25519(new byte[32], point)).containsOnly(0);
                MemorySegment shared = MemorySegment.ofArray(new byte[32]).fill((byte) 1);
                MemorySegment scalar = MemorySegment.ofArray(new byte[32]);
                assertThat(provider().x25519(scalar, MemorySegment.ofArray(point), shared))
                        .isFalse();
                assertThat(shared.mismatch(scalar)).isEqualTo(-1);
            }
        }
    }

    /// Random bytes, which are a point of the curve or of its twist; or one near 0, near p or near
    /// 2^255, those not reduced included; or one of small order. With any high bit.
    private static byte[] point(RandomGenerator random) {
        if (random.nextBoolean()) return RandomBytes.of(random, 32);
        BigInteger little = BigInteger.valueOf(random.nextInt(40));
        BigInteger value =
                switch (random.nextInt(4)) {
                    case 0 -> little;
                    case 1 -> P.subtract(BigInteger.TEN).add(little).min(P255);
                    case 2 -> P255.subtract(BigInteger.ONE).subtract(little);
                    default -> SMALL_ORDER.get(random.nextInt(SMALL_ORDER.size()));
                };
        byte[] point = encode(value);
        if (random.nextBoolean()) point[31] ^= (byte) 0x80;
        return point;
    }

    private static byte[] encode(BigInteger value) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < 32; i++) bytes[i] = value.shiftRight(8 * i).byteValue();
        return bytes;
    }

    private static boolean any(byte[] bytes) {
        int any = 0;
        for (byte b : bytes) any |= b;
        return any != 0;
    }

    private static final BigInteger P255 = BigInteger.TWO.pow(255);
    private static final BigInteger P = P255.subtract(BigInteger.valueOf(19));

    private static final List<BigInteger> SMALL_ORDER =
            List.of(
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    new BigInteger(
                            "32560625091655743179598362635611063129"
                                    + "4008115727848805560023387167927233504"),
                    new BigInteger(
                            "39382357235489614581723060781553021112"
                                    + "529911719440698176882885853963445705823"),
                    P.subtract(BigInteger.ONE),
                    P,
                    P.add(BigInteger.ONE));
}
