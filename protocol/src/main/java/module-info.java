/// The WireGuard protocol, without I/O, threads or a clock.
module dev.adit.protocol {
    exports dev.adit.protocol.address;
    exports dev.adit.protocol.crypto.spi;
    exports dev.adit.protocol.ip;
    exports dev.adit.protocol.keys;
    exports dev.adit.protocol.packet;
    exports dev.adit.protocol.session;
    exports dev.adit.protocol.tunnel;
    exports dev.adit.protocol.drop;
    exports dev.adit.protocol.wire;

    uses dev.adit.protocol.crypto.spi.CryptoProvider;
    uses dev.adit.protocol.crypto.spi.CryptoAccelerator;
    uses dev.adit.protocol.crypto.spi.SecretPages;
}
