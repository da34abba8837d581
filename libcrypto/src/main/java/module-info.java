import org.jspecify.annotations.NullMarked;

/// OpenSSL's libcrypto as a supplier of cryptography. Needs native access.
@NullMarked
module dev.adit.libcrypto {
    requires dev.adit.protocol;
    requires static org.jspecify;

    provides dev.adit.protocol.crypto.spi.CryptoProvider with
            dev.adit.libcrypto.LibCrypto;
}
