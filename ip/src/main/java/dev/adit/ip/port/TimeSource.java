package dev.adit.ip.port;

/// What time it is, where the platform knows better than the JDK. Found with
/// [java.util.ServiceLoader]. Thread-safe.
public interface TimeSource {
    /// Nanoseconds that only grow, from any origin, and count the time for which the machine
    /// sleeps. Called once for a batch of packets.
    long nanoTime();
}
