import org.jspecify.annotations.NullMarked;

/// IP packets and addresses, and the ports through which a platform carries them. Knows nothing of
/// WireGuard.
///
/// For platforms and for programs that bring a [dev.adit.ip.port.Tun] or [dev.adit.ip.port.Bind] of
/// their own: `port`, `packet`, `address`. For the other modules of Adit: `header`, `bytes`.
@NullMarked
module dev.adit.ip {
    requires static org.jspecify;

    exports dev.adit.ip.address;
    exports dev.adit.ip.bytes;
    exports dev.adit.ip.header;
    exports dev.adit.ip.packet;
    exports dev.adit.ip.port;
}
