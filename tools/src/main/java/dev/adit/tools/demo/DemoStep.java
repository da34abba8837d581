package dev.adit.tools.demo;

import dev.adit.tools.terminal.CommandFailure;

import java.io.IOException;

/// A step of the demonstration: its title and its work. Immutable.
record DemoStep(String title, Work work) {
    interface Work {
        /// Does the work and returns a remark on it.
        String run() throws CommandFailure, IOException, InterruptedException;
    }

    /// The line for a step that succeeded.
    String line(String detail) {
        return "ok      %-30s %s".formatted(title, detail).stripTrailing();
    }

    /// The line for a step that failed.
    String failure(String reason) {
        return "failed  %-30s %s".formatted(title, reason);
    }
}
