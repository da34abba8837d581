package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;

/// Reads the words of a line, from left to right. Confined to one thread.
final class WordReader {
    private final List<String> words;
    private int next;

    WordReader(List<String> words) {
        this.words = words;
    }

    boolean hasNext() {
        return next < words.size();
    }

    String next() {
        return words.get(next++);
    }

    /// The next word without taking it, or an empty one at the end.
    String peek() {
        return hasNext() ? words.get(next) : "";
    }

    /// Takes the value that must follow `word`.
    String value(String word) throws CommandFailure {
        if (!hasNext()) throw new CommandFailure("'" + word + "' requires argument");
        return next();
    }

    /// The error in a number, in the words of strtonum(3); null when it is from `least` to `most`.
    static @Nullable String flaw(String text, long least, long most) {
        if (!NUMBER.matcher(text).matches()) return "invalid";
        BigInteger number = new BigInteger(text.strip());
        if (number.compareTo(BigInteger.valueOf(least)) < 0) return "too small";
        if (number.compareTo(BigInteger.valueOf(most)) > 0) return "too large";
        return null;
    }

    /// Takes the number after `word`; the error message has a comma behind the number.
    int numberOf(String word, long most) throws CommandFailure {
        return number(word + ": ", ", ", value(word), 0, most);
    }

    /// Takes the number after `word`; the error message has a colon behind the number.
    int number(String word, long least, long most) throws CommandFailure {
        return number(word + " ", ": ", value(word), least, most);
    }

    private static int number(String before, String between, String text, long least, long most)
            throws CommandFailure {
        String flaw = flaw(text, least, most);
        if (flaw != null) throw new CommandFailure(before + text + between + flaw);
        return Integer.parseInt(text.strip());
    }

    private static final Pattern NUMBER = Pattern.compile("[ \\t]*[+-]?[0-9]+");
}
