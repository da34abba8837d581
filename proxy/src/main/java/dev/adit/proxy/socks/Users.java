package dev.adit.proxy.socks;

/// Those who may use a proxy. Thread-safe.
@FunctionalInterface
public interface Users {
    /// True for a user with that password, compared in constant time. Erases `password`.
    boolean check(byte[] name, byte[] password);
}
