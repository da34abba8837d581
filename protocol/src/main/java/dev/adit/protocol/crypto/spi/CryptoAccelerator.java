package dev.adit.protocol.crypto.spi;

/// Makes a [CryptoProvider] faster where it can, and leaves the rest to it.
///
/// Found with [java.util.ServiceLoader]. The provider it returns is compared with known answers
/// before its first use, and left out when it disagrees or throws. Thread-safe.
public interface CryptoAccelerator {
    /// Returns a provider that does the same as `base`.
    ///
    /// @param base a provider that has given all known answers
    CryptoProvider over(CryptoProvider base);
}
