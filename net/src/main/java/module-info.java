import org.jspecify.annotations.NullMarked;

/// A network in a program: Java's own sockets on a WireGuard tunnel, without root, TUN or native
/// library.
@NullMarked
module dev.adit.net {
    requires transitive dev.adit.device;
    requires dev.adit.stack;
    requires jdk.net;
    requires static org.jspecify;

    exports dev.adit.net;
}
