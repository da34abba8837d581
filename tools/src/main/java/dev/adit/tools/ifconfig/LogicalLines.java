package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.CommandFailure;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The lines of a hostname.if(5) file and the words in them, as the shell that reads the file on
/// OpenBSD takes them. Stateless.
///
/// Text is taken as bytes, one in each character, until it is a word: a comment may be in any
/// encoding.
final class LogicalLines {
    /// One line, or several that backslashes join.
    ///
    /// @param number the number of the first one, counted from 1
    /// @param text without what joins them and the white space around
    record Line(int number, String text) {}

    /// The lines of `text`, in which a backslash at the end of a line joins it with the next and
    /// any other stands for the character behind it.
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

    /// The words of a line. Quotes keep those together that are one; a word that begins with `#`
    /// begins a comment.
    static List<String> words(String line) throws CommandFailure {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (char c : line.toCharArray()) {
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
            throw new CommandFailure("a word is not UTF-8, which only comments need not be");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The same bytes as a script that has only ASCII in it: Java gives arguments in the charset of
    /// the locale, which may have no such characters.
    static String ascii(String script) {
        if (script.chars().allMatch(c -> c < 0x80)) return script;
        StringBuilder text = new StringBuilder("eval \"$(printf '");
        for (byte b : bytes(script)) text.append(String.format("\\%03o", b & 0xff));
        return text.append("')\"").toString();
    }

    private LogicalLines() {}
}
