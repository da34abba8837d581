/// ChaCha20-Poly1305 (RFC 8439) of sixteen packets at once: each lane of a vector is a packet.
///
/// May use `protocol.crypto.spi`. The cipher is thread-safe; a worker is confined to one thread at
/// a time. Read [dev.adit.vector.AcceleratedAead] first, and then the kernel,
/// [dev.adit.vector.VectorWorker].
package dev.adit.vector;
