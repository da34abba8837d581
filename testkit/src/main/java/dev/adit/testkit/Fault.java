package dev.adit.testkit;

import java.io.IOException;

/// What a test has a port do in place of its work: throw, or wait.
@FunctionalInterface
public interface Fault {
    /// Returns when the port shall do its work after all.
    void strike() throws IOException;

    /// No fault.
    Fault NONE = () -> {};
}
