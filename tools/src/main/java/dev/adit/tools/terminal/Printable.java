package dev.adit.tools.terminal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Removes control characters from messages: they could hide earlier text, change the title of a
/// terminal or make one message look like two. Stateless.
///
/// Messages quote files, arguments and the answers of other programs. Line ends and tabs stay: they
/// are our own, as no quotation contains a line end.
public final class Printable {
    /// Returns `text` with `?` in place of each control character.
    public static String of(String text) {
        if (text.chars().noneMatch(Printable::isControl)) return text;
        StringBuilder printable = new StringBuilder(text.length());
        text.chars().forEach(c -> printable.append(isControl(c) ? '?' : (char) c));
        return printable.toString();
    }

    /// The same for a text in UTF-8. Invalid bytes stay, unless a terminal could take them for
    /// control characters of eight bits.
    public static byte[] of(byte[] text) {
        ByteArrayOutputStream printable = new ByteArrayOutputStream(text.length);
        for (int i = 0; i < text.length; ) {
            int length = lengthOfCharacter(text, i);
            String character = new String(text, i, length, StandardCharsets.UTF_8);
            int code = length == 1 ? text[i] & 0xff : character.codePointAt(0);
            if (isControl(code)) printable.write('?');
            else printable.write(text, i, length);
            i += length;
        }
        return printable.toByteArray();
    }

    /// The length of the UTF-8 character that begins there, or 1 for a byte that begins none.
    private static int lengthOfCharacter(byte[] text, int at) {
        int length = LENGTHS[(text[at] & 0xff) >> 4];
        if (at + length > text.length) return 1;
        for (int i = at + 1; i < at + length; i++) {
            if ((text[i] & 0xc0) != 0x80) return 1;
        }
        return length;
    }

    private static boolean isControl(int c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }

    /// Lengths by the upper half of the first byte.
    private static final int[] LENGTHS = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};

    private Printable() {}
}
