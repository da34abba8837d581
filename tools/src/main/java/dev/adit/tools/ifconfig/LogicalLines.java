package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.CommandFailure;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Splits a hostname.if(5) file into lines and words as the shell that reads it on OpenBSD does.
/// Stateless.
///
/// Text is handled as bytes, one in each character, until it is a word: a comment may be in any
/// encoding.
final class LogicalLines {
    /// One line, or several joined by backslashes.
    ///
    /// @param number the number of the first one, counted from 1
    /// @param text the text without the joining backslashes and the surrounding white space
    record Line(int number, String text) {}

    /// Splits `text` into lines; a backslash at the end of a line joins it with the next, any other
    /// stands for the character behind it.
    static List<Line> of(String text) {
        List<Line> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int number = 1, first = 1;
        String unix = text.replace("\r\n", "\n");
        for (int i = 0; i < unix.length(); i++) {
            char c = unix.charAt(i);
            boolean escaped = c == '\\';
            if (escaped && ++i == unix.length()) break;
            char taken = unix.charAt(i);
            if (taken == '\n') number++;
            if (taken == '\n' && escaped) continue;
            if (taken != '\n') {
                line.append(taken);
                continue;
            }
            lines.add(new Line(first, line.toString().strip()));
            line.setLength(0);
            first = number;
        }
        lines.add(new Line(first, line.toString().strip()));
        return lines;
    }

    /// Splits a line into words. Quotes keep words together; a word that begins with `#` begins a
    /// comment.
    static List<String> words(String line) throws CommandFailure {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) words.add(utf8(word));
                word = null;
                continue;
            }
            if (word == null && c == '#') break;
            if (word == null) word = new StringBuilder();
            if (quote != 0 && c == quote) quote = 0;
            else if (quote == 0 && (c == '"' || c == '\'')) quote = c;
            else word.append(c);
        }
        if (quote != 0) throw new CommandFailure("a quotation mark is missing");
        if (word != null) words.add(utf8(word));
        return words;
    }

    private static String utf8(StringBuilder bytes) throws CommandFailure {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(bytes.toString())))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandFailure("a word is not UTF-8");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Encodes the same bytes as a script of ASCII characters only: Java passes arguments in the
    /// charset of the locale, which may lack some characters.
    static String ascii(String script) {
        if (script.chars().allMatch(c -> c < 0x80)) return script;
        StringBuilder text = new StringBuilder("eval \"$(printf '");
        for (byte b : bytes(script)) text.append(String.format("\\%03o", b & 0xff));
        return text.append("')\"").toString();
    }

    private LogicalLines() {}
}
