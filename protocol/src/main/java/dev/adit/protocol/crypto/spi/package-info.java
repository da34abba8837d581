/// The interface to suppliers of the two costly primitives, X25519 and ChaCha20-Poly1305.
///
/// May use nothing of ours. Providers are thread-safe; the [dev.adit.protocol.crypto.spi.Aead]s
/// they make belong to one thread at a time. Read [dev.adit.protocol.crypto.spi.CryptoProvider]
/// first.
package dev.adit.protocol.crypto.spi;
