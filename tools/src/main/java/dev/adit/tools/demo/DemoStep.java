package dev.adit.tools.demo;

import dev.adit.tools.terminal.CommandFailure;

import java.io.IOException;

/// One line of the demonstration: what it shows, and the work behind it. Immutable.
record DemoStep(String title, Work work) {
    interface Work {
        /// Returns what to say about it.
        String run() throws CommandFailure, IOException, InterruptedException;
    }

    /// The line for a step that went well.
    String line(String detail) {
        return "ok      %-30s %s".formatted(title, detail).stripTrailing();
    }

    /// The line for one that did not.
    String failure(String reason) {
        return "failed  %-30s %s".formatted(title, reason);
    }
}
