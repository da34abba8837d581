package dev.adit.tools;

import java.util.List;
import java.util.Optional;

/// Suggests corrections for misspelt words. Stateless.
final class Spelling {
    /// The nearest of `words` to `word`; empty when none is near.
    static Optional<String> nearest(String word, List<String> words) {
        String best = null;
        int least = Math.max(1, word.length() / 3) + 1;
        for (String candidate : words) {
            int distance = distance(word, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /// The one of `words` that was meant by the argument that `message` complains about; empty when
    /// it complains about none, or about one that is spelt correctly.
    ///
    /// @param message such as "Invalid parameter: `pears'", or without the quotes, or "pears: bad
    ///   value"
    static Optional<String> misspelled(String message, List<String> arguments, List<String> words) {
        String complaint = message.endsWith(BAD) ? withoutBad(message) : message;
        String subject = complaint.substring(complaint.lastIndexOf(": ") + 1).strip();
        return arguments.stream()
                .filter(word -> subject.equals(word) || subject.equals("`" + word + "'"))
                .filter(word -> !words.contains(word))
                .findFirst()
                .flatMap(word -> nearest(word, words));
    }

    /// The number of letters to insert, remove, replace or swap with their neighbour (optimal
    /// string alignment).
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int best = Math.min(d[i - 1][j], d[i][j - 1]) + 1;
                best = Math.min(best, d[i - 1][j - 1] + (same ? 0 : 1));
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                d[i][j] = swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
            }
        }
        return d[a.length()][b.length()];
    }

    private static String withoutBad(String message) {
        return message.substring(0, message.length() - BAD.length());
    }

    /// The text of ifconfig(8) behind an unknown word.
    private static final String BAD = ": bad value";

    private Spelling() {}
}
