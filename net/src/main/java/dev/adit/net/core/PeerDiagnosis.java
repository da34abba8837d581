package dev.adit.net.core;

import dev.adit.ip.address.IpAddress;

/// Explains why an address cannot be reached. Thread-safe.
public interface PeerDiagnosis {
    /// What is wrong on the way to `destination`, as the end of a sentence: that no peer has it,
    /// that its peer has no endpoint or does not answer. Empty when nothing is known to be wrong.
    String explain(IpAddress destination);
}
