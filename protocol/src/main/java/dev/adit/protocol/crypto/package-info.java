/// The cryptographic primitives, as functions on byte ranges.
///
/// May use `crypto.spi`, `ip.port`. Functions are stateless; every class with state names its
/// owner. Secrets lie outside the Java heap, except where `javax.crypto` leaves no choice, and are
/// erased before a method returns. Read [dev.adit.protocol.crypto.CryptoProviders] first.
package dev.adit.protocol.crypto;
