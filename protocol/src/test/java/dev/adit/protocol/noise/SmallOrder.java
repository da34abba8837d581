package dev.adit.protocol.noise;

import dev.adit.protocol.keys.PublicKey;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// The points of Curve25519 and its twist with which every Diffie-Hellman result is zero, in all
/// their encodings.
final class SmallOrder {
    static List<byte[]> points() {
        BigInteger p = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        List<BigInteger> values =
                List.of(
                        BigInteger.ZERO,
                        BigInteger.ONE,
                        new BigInteger(ORDER_8),
                        new BigInteger(ORDER_8_TOO),
                        p.subtract(BigInteger.ONE),
                        p,
                        p.add(BigInteger.ONE));
        List<byte[]> points = new ArrayList<>();
        for (BigInteger value : values) {
            byte[] point = new byte[PublicKey.LENGTH];
            for (int i = 0; i < 32; i++) point[i] = value.shiftRight(8 * i).byteValue();
            points.add(point);
            byte[] highBit = point.clone(); // is ignored
            highBit[31] |= (byte) 0x80;
            points.add(highBit);
        }
        return points;
    }

    private static final String ORDER_8 =
            "325606250916557431795983626356110631294008115727848805560023387167927233504";
    private static final String ORDER_8_TOO =
            "39382357235489614581723060781553021112529911719440698176882885853963445705823";

    private SmallOrder() {}
}
