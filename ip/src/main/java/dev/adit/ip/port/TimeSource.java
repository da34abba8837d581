package dev.adit.ip.port;

/// A clock of the platform, for use where it is better than the JDK's. Found with
/// [java.util.ServiceLoader]. Thread-safe.
public interface TimeSource {
    /// Nanoseconds that never decrease, from any origin, including the time for which the machine
    /// sleeps. Called once for a batch of packets.
    long nanoTime();
}
