package dev.adit.net.core;

import dev.adit.ip.address.IpAddress;

import java.net.UnknownHostException;
import java.util.List;

/// Finds the addresses of names. Thread-safe.
public interface NameResolver {
    /// The addresses of `host`, at least one.
    ///
    /// @throws UnknownHostException when there are none, or nothing answers
    List<IpAddress> addresses(String host) throws UnknownHostException;
}
