/// The primitives, as functions over byte ranges.
///
/// May use `crypto.spi`, `ip.port`. Functions are stateless; every class with state says whose it
/// is. What is secret lies outside the Java heap, except where `javax.crypto` leaves no choice, and
/// is erased before a method returns. Read [dev.adit.protocol.crypto.Crypto] first.
package dev.adit.protocol.crypto;
