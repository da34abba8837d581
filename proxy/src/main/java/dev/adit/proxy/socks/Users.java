package dev.adit.proxy.socks;

/// Checks the names and passwords of a proxy's users. Thread-safe.
@FunctionalInterface
public interface Users {
    /// True for a user with that password, compared in constant time. Erases `password`.
    boolean check(byte[] name, byte[] password);
}
