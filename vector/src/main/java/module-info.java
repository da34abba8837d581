import org.jspecify.annotations.NullMarked;

/// ChaCha20-Poly1305 of many packets at once, with the Vector API: the only module that needs an
/// incubating one, so Adit also runs without it.
@NullMarked
module dev.adit.vector {
    requires dev.adit.protocol;
    requires jdk.incubator.vector;
    requires static org.jspecify;

    provides dev.adit.protocol.crypto.spi.CryptoAccelerator with
            dev.adit.vector.VectorAccelerator;
}
