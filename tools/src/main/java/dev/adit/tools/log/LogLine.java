package dev.adit.tools.log;

import java.lang.System.Logger.Level;
import java.time.LocalDateTime;

/// Formats a record as one line: `DEBUG: 2026/01/02 15:04:05 wg0: message`. Stateless.
final class LogLine {
    static String format(Level level, String name, LocalDateTime time, String text) {
        StringBuilder line = new StringBuilder(64 + text.length());
        line.append(word(level));
        line.append(time.getYear()).append('/');
        twoDigits(line, time.getMonthValue()).append('/');
        twoDigits(line, time.getDayOfMonth()).append(' ');
        twoDigits(line, time.getHour()).append(':');
        twoDigits(line, time.getMinute()).append(':');
        twoDigits(line, time.getSecond()).append(' ');
        line.append(name).append(": ");
        return printable(line, text).append('\n').toString();
    }

    /// The words of wireguard-go, and one of our own in between.
    private static String word(Level level) {
        if (level.getSeverity() >= Level.WARNING.getSeverity()) return "ERROR: ";
        return level == Level.INFO ? "INFO: " : "DEBUG: ";
    }

    /// Describes a failure in one line. Unexpected ones come with the calls that led to them.
    static String describe(Throwable failure) {
        if (!(failure instanceof RuntimeException || failure instanceof Error)) {
            String message = failure.getMessage();
            return message == null ? failure.toString() : message;
        }
        StringBuilder text = new StringBuilder(failure.toString());
        StackTraceElement[] calls = failure.getStackTrace();
        for (int i = 0; i < Math.min(calls.length, MOST_CALLS); i++) {
            text.append(" at ").append(calls[i]);
        }
        if (failure.getCause() != null) text.append("; ").append(describe(failure.getCause()));
        return text.toString();
    }

    private static StringBuilder twoDigits(StringBuilder line, int number) {
        return line.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /// Replaces control characters, which could make one record look like two, or change the
    /// terminal's colours.
    private static StringBuilder printable(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line;
    }

    private static final int MOST_CALLS = 12;

    private LogLine() {}
}
