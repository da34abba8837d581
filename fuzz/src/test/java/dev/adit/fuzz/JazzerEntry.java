package dev.adit.fuzz;

/// Where Jazzer comes in. Confined to its thread.
public final class JazzerEntry {
    private static Target target;

    /// Called once.
    ///
    /// @param arguments the name of a target, or [#ALL]
    public static void fuzzerInitialize(String[] arguments) {
        target = arguments[0].equals(ALL) ? new AllTargets() : Targets.named(arguments[0]);
    }

    /// Called for every input.
    public static void fuzzerTestOneInput(byte[] input) throws Throwable {
        target.take(input);
    }

    /// Stands for all targets in one process.
    static final String ALL = "all";

    private JazzerEntry() {}
}
