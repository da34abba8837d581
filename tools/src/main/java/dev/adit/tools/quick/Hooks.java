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

    private Hooks() {}
}
