package dev.adit.testkit;

/// Sees every datagram of a [FakeNet], in the thread that sends it.
@FunctionalInterface
public interface NetworkTap {
    /// False to lose the datagram.
    boolean passes(DatagramInFlight datagram);
}
