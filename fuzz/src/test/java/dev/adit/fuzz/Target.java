package dev.adit.fuzz;

/// One kind of input, and what has to hold whatever it is.
///
/// Confined to one thread. It may keep what is costly to make, as long as every input finds it as
/// the one before did.
public interface Target {
    /// Has the code under test take `input`.
    ///
    /// @throws Throwable when something does not hold
    void take(byte[] input) throws Throwable;
}
