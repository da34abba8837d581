import org.jspecify.annotations.NullMarked;

/// The WireGuard protocol, without I/O, threads or a clock.
///
/// For programs: `keys`. For suppliers of cryptography: `crypto.spi`. For the other modules of
/// Adit: `tunnel`, `session`, `drop`, `wire`.
@NullMarked
module dev.adit.protocol {
    requires transitive dev.adit.ip;
    requires static org.jspecify;

    exports dev.adit.protocol.crypto.spi;
    exports dev.adit.protocol.drop;
    exports dev.adit.protocol.keys;
    exports dev.adit.protocol.session;
    exports dev.adit.protocol.tunnel;
    exports dev.adit.protocol.wire;

    uses dev.adit.ip.port.SecretPages;
    uses dev.adit.protocol.crypto.spi.CryptoAccelerator;
    uses dev.adit.protocol.crypto.spi.CryptoProvider;
}
