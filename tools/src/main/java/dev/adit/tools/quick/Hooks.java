package dev.adit.tools.quick;

import java.util.List;

/// The user's command lines. Stateless.
final class Hooks {
    /// These lines for the interface `name`.
    static List<Step> steps(List<String> lines, String name, boolean optional) {
        return lines.stream()
                .<Step>map(line -> new Step.Hook(line.replace("%i", name), optional))
                .toList();
    }

    /// The words that run `line` in a shell like the one that wg-quick(8) is: one that ends at the
    /// first failure, in the C locale.
    static List<String> argv(String line) {
        return List.of("bash", "-e", "-o", "pipefail", "-O", "extglob", "-c", "--", script(line));
    }

    /// Java gives arguments in the charset of the locale, which may have no such characters. Then
    /// bash is told the bytes by number.
    private static String script(String line) {
        if (line.chars().allMatch(c -> c < 0x80)) return line;
        StringBuilder text = new StringBuilder("eval $'");
        for (char c : line.toCharArray()) {
            if (c >= ' ' && c < 0x7f && c != '\'' && c != '\\') text.append(c);
            else text.append(String.format("\\%03o", (int) c));
        }
        return text.append('\'').toString();
    }

    private Hooks() {}
}
