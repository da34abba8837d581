package dev.adit.tools.quick;

import java.util.List;

/// Turns the user's command lines into steps. Stateless.
final class Hooks {
    /// The steps for these lines and the interface `name`.
    static List<Step> steps(List<String> lines, String name, boolean optional) {
        return lines.stream()
                .<Step>map(line -> new Step.Hook(line.replace("%i", name), optional))
                .toList();
    }

    private Hooks() {}
}
