package dev.adit.protocol.crypto.spi;

/// What makes a [CryptoProvider] faster where it can, and leaves the rest to it.
///
/// Found with [java.util.ServiceLoader]. What it makes is compared with known answers before its
/// first use, and left out when it disagrees or throws. Thread-safe.
public interface CryptoAccelerator {
    /// A provider that does whatever `base` does.
    ///
    /// @param base has given all known answers
    CryptoProvider over(CryptoProvider base);
}
