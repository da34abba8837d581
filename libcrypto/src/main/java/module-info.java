/// OpenSSL's libcrypto as a supplier of cryptography. Needs native access.
module dev.adit.libcrypto {
    requires dev.adit.protocol;

    provides dev.adit.protocol.crypto.spi.CryptoProvider with
            dev.adit.libcrypto.LibCrypto;
}
