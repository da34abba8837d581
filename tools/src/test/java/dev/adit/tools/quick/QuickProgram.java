package dev.adit.tools.quick;

import dev.adit.tools.terminal.Terminal;

import java.util.List;

/// The verbs as a program of their own, for tests that need one. Stateless.
public final class QuickProgram {
    /// @param arguments the verb and what follows it
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        int status = Quick.run(words.getFirst(), words.subList(1, words.size()), Terminal.system());
        Runtime.getRuntime().halt(status);
    }

    private QuickProgram() {}
}
