package dev.adit.it.lab;

import dev.adit.protocol.crypto.Blake2s;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/// What a flood is made of. All of it is noise to the receiver, of different cost.
public enum FloodKind {
    /// Random bytes with the mac1 that only who knows the public key can compute.
    INITIATIONS("initiations with the right mac1"),
    /// The same with a mac2 that claims a cookie which nobody was given.
    FALSE_CLAIMS("initiations with a random mac2"),
    /// Random bytes without that.
    FORGED_INITIATIONS("initiations with a wrong mac1"),
    /// Responses with the right mac1, to any index.
    RESPONSES("responses with the right mac1"),
    /// Transport data to any index.
    UNKNOWN_DATA("data to random indices"),
    /// Transport data to the index of a session that was seen on the way.
    SPOOFED_DATA("garbage to the client's own index"),
    /// Messages of all types, longer than they may be.
    OVERSIZED("messages that are too long"),
    /// Messages of all types, cut short.
    TRUNCATED("messages that are cut short"),
    /// All of these.
    MIXED("all of these at once");

    private final String text;

    FloodKind(String text) {
        this.text = text;
    }

    /// A random one.
    ///
    /// @param mac1Key the key of mac1 in messages to the receiver
    /// @param index of a session, as it is in messages to the receiver
    byte[] message(SplittableRandom random, MemorySegment mac1Key, int index) {
        return switch (this) {
            case INITIATIONS -> stamped(bytes(random, 1, 148), mac1Key);
            case FALSE_CLAIMS -> {
                byte[] message = stamped(bytes(random, 1, 148), mac1Key);
                little(message).putLong(132, random.nextLong()).putLong(140, random.nextLong());
                yield message;
            }
            case FORGED_INITIATIONS -> bytes(random, 1, 148);
            case RESPONSES -> stamped(bytes(random, 2, 92), mac1Key);
            case UNKNOWN_DATA -> bytes(random, 4, 32 + random.nextInt(8) * 160);
            case SPOOFED_DATA -> {
                byte[] data = bytes(random, 4, 32 + random.nextInt(8) * 160);
                little(data).putInt(4, index).putLong(8, random.nextLong(1L << 40));
                yield data;
            }
            case OVERSIZED -> {
                int type = 1 + random.nextInt(3), length = LENGTHS[type];
                yield bytes(random, type, random.nextInt(length + 1, RawIp.MAX_PAYLOAD));
            }
            case TRUNCATED -> {
                int type = 1 + random.nextInt(4);
                yield bytes(random, type, random.nextInt(LENGTHS[type]));
            }
            case MIXED ->
                    values()[random.nextInt(values().length - 1)].message(random, mac1Key, index);
        };
    }

    private static byte[] bytes(SplittableRandom random, int type, int length) {
        byte[] bytes = new byte[Math.max(length, 4)];
        random.nextBytes(bytes);
        little(bytes).putInt(0, type);
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] stamped(byte[] message, MemorySegment mac1Key) {
        MemorySegment segment = MemorySegment.ofArray(message);
        int mac1 = message.length - 32;
        Blake2s.mac(mac1Key, segment, 0, mac1, segment, mac1);
        Arrays.fill(message, mac1 + 16, message.length, (byte) 0);
        return message;
    }

    /// The key of mac1 in messages to whom this public key belongs.
    static MemorySegment mac1Key(byte[] publicKey) {
        MemorySegment key = MemorySegment.ofArray(new byte[32]);
        byte[] label = "mac1----".getBytes(StandardCharsets.US_ASCII);
        Blake2s.hash(key, MemorySegment.ofArray(label), MemorySegment.ofArray(publicKey));
        return key;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return text;
    }

    /// The lengths of the four types, the last being the least that it may have.
    private static final int[] LENGTHS = {0, 148, 92, 64, 32};
}
