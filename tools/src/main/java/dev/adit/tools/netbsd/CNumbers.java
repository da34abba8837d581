package dev.adit.tools.netbsd;

import dev.adit.tools.terminal.CommandFailure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses numbers on the command line as strtol(3) does. Stateless.
final class CNumbers {
    /// Parses a number of 16 bits.
    static int number(String text) throws CommandFailure {
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.lookingAt()) throw WgConfigFailure.of("strtol: not a number");
        if (matcher.end() < text.length()) throw WgConfigFailure.of("strtol: trailing garbage");
        String digits = matcher.group(2).replaceFirst("^0+(?=.)", "");
        boolean negative = matcher.group(1).equals("-") && !digits.equals("0");
        if (negative || digits.length() > 5 || Integer.parseInt(digits) > 0xffff) {
            throw WgConfigFailure.of("out of range");
        }
        return Integer.parseInt(digits);
    }

    private static final Pattern NUMBER = Pattern.compile("[ \\t\\n\\x0b\\f\\r]*([+-]?)([0-9]+)");

    private CNumbers() {}
}
