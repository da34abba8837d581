package dev.adit.protocol.keys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Keys of 32 bytes as base64 and as hexadecimal text.
///
/// No branch and no array index depends on the key, so timing reveals nothing about it. Text is a
/// range of a byte array or a segment, never a String, which could not be erased. Stateless.
final class KeyText {
    static final int HEX_LENGTH = 64;
    static final int BASE64_LENGTH = 44;

    /// The characters of `text` in an array that the caller erases; a character that no key has
    /// becomes `?`.
    static byte[] bytes(CharSequence text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            bytes[i] = c < 0x80 ? (byte) c : (byte) '?';
        }
        return bytes;
    }

    /// Reads 64 hexadecimal digits of either case into `key`. Returns false, with `key` undefined,
    /// when a character is not a digit.
    static boolean fromHex(byte[] text, int from, MemorySegment key) {
        int bad = 0;
        for (int i = 0; i < 32; i++) {
            int high = hexDigit(text[from + 2 * i]);
            int low = hexDigit(text[from + 2 * i + 1]);
            bad |= high | low;
            key.set(ValueLayout.JAVA_BYTE, i, (byte) (high << 4 | low));
        }
        return bad >= 0;
    }

    /// The same from text outside the heap: eight digits at a time, one in each byte.
    @SuppressWarnings("ConstantOverflow") // the top bit of the top byte is that of the long
    static boolean fromHex(MemorySegment text, MemorySegment key) {
        long bad = 0;
        for (int i = 0; i < HEX_LENGTH; i += 8) {
            long characters = text.get(LE64, i);
            long lowerCase = characters | EACH * 0x20;
            long digits = within7(characters, '0', '9');
            long letters = within7(lowerCase, 'a', 'f');
            bad |= (characters | ~(digits | letters)) & EACH * 0x80;
            long values = (characters & EACH * 0x0f) + (letters >>> 7) * 9;
            long octets = (values << 4 | values >>> 8) & 0x00ff00ff00ff00ffL;
            octets = (octets | octets >>> 8) & 0x0000ffff0000ffffL;
            key.set(LE32, i / 2, (int) (octets | octets >>> 16));
        }
        return bad == 0;
    }

    /// The top bit of each byte whose value is from `low` to `high`; all bytes must be below 128.
    @SuppressWarnings("ConstantOverflow") // as above
    private static long within7(long bytes, int low, int high) {
        long seven = bytes & EACH * 0x7f;
        return (seven + EACH * (0x80 - low) & ~(seven + EACH * (0x7f - high))) & EACH * 0x80;
    }

    /// Writes 64 lower-case hexadecimal digits to a range outside the heap.
    static void toHex(MemorySegment key, MemorySegment text, long from) {
        for (int i = 0; i < 32; i += 4) {
            long octets = key.get(LE32, i) & 0xffffffffL;
            octets = (octets | octets << 16) & 0x0000ffff0000ffffL;
            octets = (octets | octets << 8) & 0x00ff00ff00ff00ffL;
            long values = octets >>> 4 & EACH * 0x0f & ~HIGH | octets << 8 & EACH * 0x0f & HIGH;
            long letters = (values + EACH * 6) >>> 4 & EACH;
            text.set(LE64, from + 2 * i, values + EACH * '0' + letters * ('a' - '0' - 10));
        }
    }

    /// Writes 64 lower-case hexadecimal digits.
    static void toHex(MemorySegment key, byte[] text, int from) {
        for (int i = 0; i < 32; i++) {
            int b = key.get(ValueLayout.JAVA_BYTE, i) & 0xff;
            text[from + 2 * i] = hexCharacter(b >> 4);
            text[from + 2 * i + 1] = hexCharacter(b & 15);
        }
    }

    /// Reads 44 characters of canonical base64, in which the last character is `=` and the two
    /// unused bits are zero. Otherwise returns false, with `key` undefined.
    static boolean fromBase64(byte[] text, int from, MemorySegment key) {
        int bad = text[from + 43] ^ '=';
        for (int group = 0; group < 11; group++) {
            int bits = 0, at = from + 4 * group;
            for (int i = 0; i < 4; i++) {
                int sextet = group == 10 && i == 3 ? 0 : sextet(text[at + i]);
                bad |= sextet >>> 31;
                bits = bits << 6 | sextet & 63;
            }
            for (int i = 0; i < 3; i++) {
                int octet = bits >> 16 - 8 * i & 0xff;
                if (group == 10 && i == 2) bad |= octet;
                else key.set(ValueLayout.JAVA_BYTE, 3 * group + i, (byte) octet);
            }
        }
        return bad == 0;
    }

    /// Writes 44 characters of base64.
    static void toBase64(MemorySegment key, byte[] text, int from) {
        toBase64(key, MemorySegment.ofArray(text), from);
    }

    /// The same to a range that may be outside the heap.
    static void toBase64(MemorySegment key, MemorySegment text, long from) {
        for (int group = 0; group < 11; group++) {
            int bits = 0;
            for (int i = 0; i < 3; i++) {
                int at = 3 * group + i;
                bits = bits << 8 | (at < 32 ? key.get(ValueLayout.JAVA_BYTE, at) & 0xff : 0);
            }
            for (int i = 0; i < 4; i++) {
                byte character = base64Character(bits >> 18 - 6 * i & 63);
                text.set(ValueLayout.JAVA_BYTE, from + 4 * group + i, character);
            }
        }
        text.set(ValueLayout.JAVA_BYTE, from + 43, (byte) '=');
    }

    /// All ones when `low` <= `c` <= `high`, else zero.
    private static int within(int c, int low, int high) {
        return ~((c - low | high - c) >> 31);
    }

    private static int hexDigit(int c) {
        int value =
                within(c, '0', '9') & c - '0' + 1
                        | within(c, 'a', 'f') & c - 'a' + 11
                        | within(c, 'A', 'F') & c - 'A' + 11;
        return value - 1; // negative for every other character
    }

    private static byte hexCharacter(int value) {
        return (byte) (value + '0' + (9 - value >> 31 & 'a' - '0' - 10));
    }

    private static int sextet(int c) {
        int value =
                within(c, 'A', 'Z') & c - 'A' + 1
                        | within(c, 'a', 'z') & c - 'a' + 27
                        | within(c, '0', '9') & c - '0' + 53
                        | within(c, '+', '+') & 63
                        | within(c, '/', '/') & 64;
        return value - 1;
    }

    private static byte base64Character(int value) {
        return (byte)
                (within(value, 0, 25) & value + 'A'
                        | within(value, 26, 51) & value - 26 + 'a'
                        | within(value, 52, 61) & value - 52 + '0'
                        | within(value, 62, 62) & '+'
                        | within(value, 63, 63) & '/');
    }

    // A one in each byte, and a mask of every other byte.
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0xff00ff00ff00ff00L;

    private static final ValueLayout.OfLong LE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt LE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private KeyText() {}
}
