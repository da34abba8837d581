/// What a supplier of the two costly primitives must offer.
///
/// May use nothing of ours. Providers are thread-safe; the [dev.adit.protocol.crypto.spi.Aead]s
/// they make belong to one thread at a time. Read [dev.adit.protocol.crypto.spi.CryptoProvider]
/// first.
package dev.adit.protocol.crypto.spi;
