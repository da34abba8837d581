/// ChaCha20-Poly1305 and X25519 from OpenSSL's libcrypto, which is found at run time.
///
/// May use `protocol.crypto.spi`. The provider is thread-safe; the objects it makes state their own
/// threading. Read [dev.adit.libcrypto.LibCrypto] first.
package dev.adit.libcrypto;
