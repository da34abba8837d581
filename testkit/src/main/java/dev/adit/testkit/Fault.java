package dev.adit.testkit;

import java.io.IOException;

/// A fault that a test injects into a port: it throws or waits before the port does its work.
@FunctionalInterface
public interface Fault {
    /// Returns when the port shall do its work after all.
    void strike() throws IOException;

    /// No fault.
    Fault NONE = () -> {};
}
