/// ChaCha20-Poly1305 and X25519 by OpenSSL's libcrypto, which is found at run time.
///
/// May use `protocol.crypto.spi`. The provider is thread-safe; what it makes says its own. Read
/// [dev.adit.libcrypto.LibCrypto] first.
package dev.adit.libcrypto;
